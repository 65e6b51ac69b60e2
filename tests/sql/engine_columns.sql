-- Protects what the engine reads beside the 48 tables' own columns: time zones that exist, the
-- preference vector as real[], partitions of the events, and identities that name the people.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(27);

insert into public.users (id, phone_hash, phone_last_four, date_of_birth)
values ('00000000-0000-4000-8000-000000000001', 'h1', '0001', '1990-01-01');

select throws_ok(
    $$insert into public.profiles (user_id, city, timezone)
      values ('00000000-0000-4000-8000-000000000001', 'Paris', 'Europe/Atlantis')$$,
    '23514', null, 'an unknown time zone is refused');
select lives_ok(
    $$insert into public.profiles (user_id, city)
      values ('00000000-0000-4000-8000-000000000001', 'Paris')$$, 'without one it is UTC');
select throws_ok(
    $$update public.profiles set timezone = 'europe/paris'$$,
    '23514', null, 'names are spelled as in the list');
select lives_ok($$update public.profiles set timezone = 'Europe/Paris'$$, 'a known one is taken');

create function pg_temp.embedding(vector jsonb) returns real[] language sql as $$
    insert into public.visual_preference_profiles (user_id, preference_vector)
    values ('00000000-0000-4000-8000-000000000001', vector)
    on conflict (user_id) do update set preference_vector = excluded.preference_vector
    returning preference_embedding
$$;
create function pg_temp.warnings() returns bigint language sql as $$
    select coalesce(sum(count), 0)::bigint from matching.input_warnings
$$;
set local client_min_messages = error;
select is(pg_temp.embedding('{"weights": [1, -0.5, 2.5e-1]}'), '{1,-0.5,0.25}',
    'weights become real[]');
select is(pg_temp.embedding('{}'), null, 'no weights: null');
select is(pg_temp.embedding('{"weights": null}'), null, 'null weights: null');
select is(pg_temp.embedding('{"weights": []}'), '{}', 'no element: an empty vector');
select is(pg_temp.warnings(), 0::bigint, 'none of these was counted');
select is(pg_temp.embedding('{"weights": [1, 1e400]}'), null, 'over the range of float32: null');
select is(pg_temp.warnings(), 1::bigint, 'and counted');
select is(pg_temp.embedding('{"weights": [1, "NaN"]}'), null, 'a string: null');
select is(pg_temp.embedding('{"weights": [1, null]}'), null, 'a null element: null');
select is(pg_temp.embedding('{"weights": [[1], [2]]}'), null, 'arrays in the array: null');
select is(pg_temp.embedding('{"weights": {"0": 1}}'), null, 'an object: null');
select is(pg_temp.embedding('[1, 2]'), null, 'no object at all: null, absent');
select is(pg_temp.warnings(), 5::bigint, 'each was counted, on one row a person');
select is((select count(*)::int from matching.input_warnings), 1, 'one row a person');
select is((select reason from matching.input_warnings), 'weights: expected an array, got object',
    'with the last reason');
select is(pg_temp.embedding('{"weights": [3]}'), '{3}', 'and a good vector works again');
update public.visual_preference_profiles set preference_embedding = '{9,9}';
select is((select preference_embedding from public.visual_preference_profiles), '{3}',
    'the embedding cannot be set apart from the vector');

-- partitions
select ok((select count(*) >= 13 from pg_inherits
           where inhparent = 'public.analytics_events'::regclass), 'a year of partitions ahead');
insert into public.analytics_events (event_type, created_at)
values ('old', '2020-02-29'), ('now', now()),
       ('later', date_trunc('month', now() at time zone 'UTC') at time zone 'UTC'
                 + interval '14 months');
select is((select string_agg(event_type, ',' order by created_at)
           from matching.analytics_events_default), 'old,later',
    'an event without a partition is kept in the default one');
select is(private.make_event_partitions(14), 2, 'two more months');
select is((select string_agg(event_type, ',' order by created_at)
           from matching.analytics_events_default), 'old', 'take their events over');
select is(private.make_event_partitions(14), 0, 'and are made once');

select set_eq(
    $$select c.relname::text, string_agg(a.attname::text, ',' order by k.nr)
      from pg_publication_tables p
      join pg_class c on c.oid = format('%I.%I', p.schemaname, p.tablename)::regclass
      join pg_index x on x.indrelid = c.oid
       and case c.relreplident when 'i' then x.indisreplident when 'd' then x.indisprimary end
      cross join unnest(x.indkey) with ordinality as k (attnum, nr)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
      where p.pubname = 'matchd' group by 1$$,
    $$values ('users', 'id'), ('profiles', 'user_id'), ('photos', 'user_id,id'),
        ('compatibility_responses', 'user_id,question_id'),
        ('visual_preference_profiles', 'user_id'), ('verification_sessions', 'user_id,id'),
        ('match_offers', 'user_id,offered_user_id,batch_date'),
        ('matches', 'user_id_1,user_id_2'), ('reports', 'reporter_id,id'),
        ('blocks', 'blocker_id,blocked_id'), ('enforcement_actions', 'user_id,id'),
        ('data_deletion_requests', 'user_id,id'), ('questionnaire_versions', 'id'),
        ('questions', 'id'), ('system_config', 'key'), ('feature_flags', 'key'),
        ('user_segments', 'id'), ('user_segment_members', 'segment_id,user_id'),
        ('segment_config_overrides', 'segment_id,config_key'),
        ('user_config_overrides', 'user_id,config_key'), ('policy_segments', 'user_id')$$,
    'a replicated DELETE names the people of the row');

select * from finish();
rollback;
