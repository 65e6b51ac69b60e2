-- Protects deletion: nothing that names the person stays in any table, reports against others keep
-- a pseudonym, a legal hold keeps what it must, and what a person may have of their own data.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
set local client_min_messages = error;
select plan(41);
\ir support/people.psql

-- every relation that mentions the text, with the number of rows
create function pg_temp.mentions(of_text text) returns table (relation text, n bigint)
language plpgsql as $$
begin
    for relation in
        select c.oid::regclass::text from pg_class as c
        where c.relnamespace in ('public'::regnamespace, 'matching'::regnamespace)
          and c.relkind = 'r' order by 1
    loop
        execute format('select count(*) from %s as t where t::text like %L', relation,
            '%' || of_text || '%') into n;
        if n > 0 then
            return next;
        end if;
    end loop;
end
$$;

-- ---- the person 1: a row everywhere; 2 to 6: others ----
insert into public.verification_sessions (id, user_id, status, consent_version, face_vector_id)
values (pg_temp.p(301), pg_temp.p(1), 'verified', 'v1', 'face');
insert into public.photos (id, user_id, url, verification_session_id)
select pg_temp.p(310 + n), pg_temp.p(1), 'https://img/' || n, pg_temp.p(301)
from generate_series(1, 3) as n;
insert into public.social_identities (user_id, provider, provider_user_id)
values (pg_temp.p(1), 'apple', 'x');
insert into public.auth_sessions (user_id, device_id, expires_at)
values (pg_temp.p(1), 'phone', now() + interval '1 day');
insert into public.account_recovery_requests (user_id, reason) values (pg_temp.p(1), 'other');
insert into public.compatibility_responses (user_id, question_id, version_id, answer)
select pg_temp.p(1), id, 'v1', '4' from public.questions where version_id = 'v1' and position = 4;
insert into public.visual_reference_images (id, source_mode, url)
values (pg_temp.p(320), 'licensed_synthetic', 'l'), (pg_temp.p(321), 'licensed_synthetic', 'r');
insert into public.visual_preference_sessions (id, user_id, mode)
values (pg_temp.p(330), pg_temp.p(1), 'onboarding');
insert into public.visual_preference_pairs (id, session_id, task_index, left_image_id,
    right_image_id)
values (pg_temp.p(331), pg_temp.p(330), 1, pg_temp.p(320), pg_temp.p(321));
insert into public.visual_preference_choice_events
    (user_id, session_id, pair_id, task_index, left_image_id, right_image_id, choice)
values (pg_temp.p(1), pg_temp.p(330), pg_temp.p(331), 1, pg_temp.p(320), pg_temp.p(321), 'skip');
insert into public.visual_preference_profiles (id, user_id, last_session_id, preference_vector)
values (pg_temp.p(332), pg_temp.p(1), pg_temp.p(330), '{"weights": ["x"]}');
insert into public.visual_preference_profile_snapshots (id, profile_id, user_id, session_id,
    status, confidence, completed_pairs, target_pairs, preference_vector, model_version, reason)
values (pg_temp.p(333), pg_temp.p(332), pg_temp.p(1), pg_temp.p(330), 'ready', 1, 20, 20, '{}',
    'v1', 'initial_build');
update public.visual_preference_profiles set latest_snapshot_id = pg_temp.p(333);
insert into public.photo_recommendation_runs (id, user_id, input_photo_ids)
values (pg_temp.p(340), pg_temp.p(1), array[pg_temp.p(311), pg_temp.p(312), pg_temp.p(313)]);
insert into public.photo_recommendations (run_id, photo_id, rank, score)
values (pg_temp.p(340), pg_temp.p(311), 1, 0.5);
insert into public.user_preferences (user_id) values (pg_temp.p(1));
insert into public.push_tokens (user_id, device_id, platform, token)
values (pg_temp.p(1), 'phone', 'ios', 'token');
insert into public.notifications (user_id, type, title, body, data)
values (pg_temp.p(1), 'new_match', 't', 'b', null),
       (pg_temp.p(2), 'new_match', 't', 'b', jsonb_build_object('user', pg_temp.p(1)));
insert into public.data_export_requests (user_id, request_type)
values (pg_temp.p(1), 'full_export');
insert into public.user_segment_members (segment_id, user_id)
select id, pg_temp.p(1) from public.user_segments where key = 'beta_testers';
insert into matching.user_config_overrides values (pg_temp.p(1), 'GEO_MAX_DISTANCE_KM', '10');
insert into matching.policy_segments (user_id, segment) values (pg_temp.p(1), 'balanced');
insert into public.feature_flags (key, target_user_ids)
values ('flag', array[pg_temp.p(1), pg_temp.p(2)]);
insert into public.admin_users (id, user_id) values (pg_temp.p(350), pg_temp.p(20));
insert into public.admin_user_views (admin_user_id, viewed_user_id, view_type, reason)
values (pg_temp.p(350), pg_temp.p(1), 'profile', 'complaint');
insert into public.admin_audit_log (admin_user_id, action, target_type, target_id, old_value)
values (pg_temp.p(350), 'look', 'user', pg_temp.p(1), jsonb_build_object('id', pg_temp.p(1)));

-- with others: offers acted on and shown, matches, messages, reports either way, blocks
select pg_temp.introduce(1, n) from unnest(array[2, 3, 4, 5]) as n;
select matching.mark_presented(pg_temp.p(2), array[pg_temp.offer(2, 1)]);
select pg_temp.act(1, 2, 'accept', 'k'), pg_temp.act(2, 1, 'accept', 'k'),
    pg_temp.act(1, 3, 'accept'), pg_temp.act(3, 1, 'accept'), pg_temp.act(4, 1, 'pass', 'k'),
    pg_temp.act(1, 5, 'not_now');
insert into matching.offer_details
select id, gen_random_uuid(), 0.5, '{1}', '{2}' from public.match_offers;
insert into public.matchmaking_jobs (batch_date, timezone, user_id, status, idempotency_key, offers)
select '2026-01-05', 'UTC', user_id, 'completed', 'j' || user_id, jsonb_agg(jsonb_build_object(
    'id', id, 'user', offered_user_id, 'final', 0.8, 'rank', 1))
from public.match_offers group by user_id;
insert into public.messages (id, match_id, sender_id, content, client_message_id)
values (pg_temp.p(401), pg_temp.match_of(1, 2), pg_temp.p(1), 'by one', 'c1'),
       (pg_temp.p(402), pg_temp.match_of(1, 2), pg_temp.p(2), 'by two', 'c2'),
       (pg_temp.p(403), pg_temp.match_of(1, 2), pg_temp.p(2), 'not cited', 'c3'),
       (pg_temp.p(404), pg_temp.match_of(1, 3), pg_temp.p(3), 'by three', 'c1'),
       (pg_temp.p(405), pg_temp.match_of(1, 3), pg_temp.p(1), 'by one, cited', 'c2');
insert into public.typing_indicators (match_id, user_id)
values (pg_temp.match_of(1, 2), pg_temp.p(1));
insert into public.reports (id, reporter_id, reported_user_id, reported_message_id, type, category)
values (pg_temp.p(411), pg_temp.p(1), pg_temp.p(2), pg_temp.p(402), 'message', 'harassment'),
       (pg_temp.p(412), pg_temp.p(3), pg_temp.p(1), pg_temp.p(405), 'message', 'scam');
insert into public.moderation_queue (report_id, severity, sla_deadline, assigned_to)
values (pg_temp.p(411), 'standard', now() + interval '1 day', pg_temp.p(1)),
       (pg_temp.p(412), 'standard', now() + interval '1 day', null);
insert into public.enforcement_actions (id, user_id, action_type, reason, enacted_by, report_id)
values (pg_temp.p(420), pg_temp.p(1), 'warning', 'x', pg_temp.p(20), pg_temp.p(412));
insert into public.appeals (user_id, enforcement_action_id, action_type, reason)
values (pg_temp.p(1), pg_temp.p(420), 'warning', 'please');
insert into public.blocks (blocker_id, blocked_id)
values (pg_temp.p(1), pg_temp.p(6)), (pg_temp.p(5), pg_temp.p(1)), (pg_temp.p(1), pg_temp.p(7));
delete from public.blocks where blocked_id = pg_temp.p(7);

-- ---- asking, and taking it back ----
select is(pg_temp.refusal('select matching.request_deletion(pg_temp.p(1), ''x'')'),
    'PT400 expected the type full_deletion or account_only, got "x" (request_type)', 'no such type');
select is(pg_temp.refusal('select matching.cancel_deletion(pg_temp.p(1))'),
    'PT404 no deletion was asked for (not_found)', 'nothing to take back');
select pg_temp.log_in(1);
select is(public.request_deletion() ->> 'status', 'in_grace_period', 'asked for');
select is(public.request_deletion() -> 'request_id', public.request_deletion() -> 'request_id',
    'once');
select is(public.cancel_deletion('stay') ->> 'status', 'cancelled', 'taken back');
select is(public.request_deletion() ->> 'status', 'in_grace_period', 'asked for again');

-- ---- export ----
create temp table document as select public.export_my_data() as d;
reset role;
grant select on document to public;
select is_empty(
    $$select key from document, jsonb_each(d) where value in ('[]', 'null', '{}')$$, 'a document of every part');
select is((select count(*)::int from document, jsonb_object_keys(d)), 35, 'of thirty-five');
select ok(d::text !~ 'hash-1"|"token"|"face"|raw_photo_key|download_url|enacted_by|revoked_by',
    'without secrets, or who did something to the person') from document;
select ok(d::text !~ 'by two|by three', 'without what others wrote') from document;
select ok(d::text !~ pg_temp.p(412)::text, 'or reported') from document;
set local role service_role;
select is(public.export_user(pg_temp.p(1)) -> 'answers', d -> 'answers', 'the API server may ask')
from document;
reset role;
select is(pg_temp.refusal('select public.export_user(pg_temp.p(999))'),
    'PT404 person not found (not_found)', 'for who exists');

-- ---- not yet, not everybody ----
select is(pg_temp.refusal('select public.erase_person(pg_temp.p(1))'),
    'PT409 the deletion is not due (not_due)', 'not within the period of grace');
select is(pg_temp.refusal('select public.erase_person(pg_temp.p(999))'),
    'PT404 person not found (not_found)', 'not who does not exist');
select is(pg_temp.refusal('select public.erase_person(pg_temp.p(20))'),
    'PT409 an administrator cannot be erased (administrator)', 'not an administrator');
set local role authenticated;
select throws_ok('select public.erase_person(pg_temp.p(2))', '42501', null, 'not by people');
reset role;
select throws_ok('delete from public.match_offer_audits', '42501', null,
    'append-only even to the superuser''s hand');

-- ---- with a legal hold ----
update public.data_deletion_requests set grace_period_ends_at = now(), legal_hold = true;
savepoint due;
set local role service_role;
select is(public.erase_person(pg_temp.p(1)), '{"erased": false, "legal_hold": true}',
    'what is on hold');
reset role;
select set_eq(
    'select * from pg_temp.mentions(pg_temp.p(1)::text)',
    $$values ('users', 1::bigint), ('matches', 1), ('messages', 1), ('reports', 1),
             ('enforcement_actions', 1), ('data_deletion_requests', 2)$$,
    'is who it was, the report, what it cites, enforcement and the requests');
select results_eq(
    $$select display_name, bio, gender, phone_hash, status from public.users
      where id = pg_temp.p(1)$$, $$values (null, null, null, 'hash-1', 'deleted')$$,
    'of the account what identifies');
select set_eq('select content from public.messages',
    array['by one, cited', 'by two'], 'of messages what reports cite');
select is((select count(*)::int from public.reports), 2, 'both reports');
update public.data_deletion_requests set legal_hold = false;
select is(public.erase_person(pg_temp.p(1)), '{"erased": true, "legal_hold": false}',
    'the hold is lifted');
select is_empty('select * from pg_temp.mentions(pg_temp.p(1)::text)', 'and nothing stays');
rollback to due;

-- ---- without ----
update public.data_deletion_requests set legal_hold = false;
create temp table before as select * from public.users where id <> pg_temp.p(1);
select is(public.erase_person(pg_temp.p(1)), '{"erased": true, "legal_hold": false}', 'erased');
select is_empty('select * from pg_temp.mentions(pg_temp.p(1)::text)', 'nothing names the person');
select is_empty($$select * from pg_temp.mentions('hash-1"')
      union all select * from pg_temp.mentions('by one')$$, 'or quotes them');
create temp table pseudonym as select * from public.users where id not in (select id from before);
select is((select count(*)::int from pseudonym), 1, 'one pseudonym stands for them');
select results_eq(
    'select phone_hash, phone_last_four, date_of_birth, display_name, status from pseudonym',
    $$select 'erased-' || id, '0000', date '1900-01-01', null, 'deleted' from pseudonym$$,
    'with nothing of theirs');
select results_eq(
    'select reporter_id, reported_user_id, category, reported_message_id from public.reports',
    $$select id, pg_temp.p(2), 'harassment', pg_temp.p(402) from pseudonym$$,
    'their report keeps it');
select results_eq(
    'select content, sender_id from public.messages',
    $$values ('by two', pg_temp.p(2))$$, 'and the message that it cites');
select is((select count(*)::int from public.matches as m, pseudonym as s
           where s.id in (m.user_id_1, m.user_id_2) and m.user_id_1 < m.user_id_2), 1,
    'in a match with the pseudonym');
select is((select viewed_user_id from public.admin_user_views), (select id from pseudonym),
    'an administrator''s look stays on record');
select results_eq(
    $$select offers from public.matchmaking_jobs where user_id = pg_temp.p(4)$$, $$values ('[]'::jsonb)$$,
    'the ledger of others lists them no more');
select results_eq(
    $$select distinct event_properties ->> 'candidate_user_id' from public.analytics_events
      where event_properties ? 'candidate_user_id'$$, 'select id::text from pseudonym',
    'events of others keep the pseudonym');
select is((select target_user_ids from public.feature_flags), array[pg_temp.p(2)], 'flags forget');
select is((select count(*)::int from matching.offer_details), 0, 'details of offers are gone');
select is_empty('select * from public.users where id in (select id from before)
    except select * from before', 'other people are as they were');

-- ---- who has left no trace with others leaves no pseudonym either ----
select matching.request_deletion(pg_temp.p(8));
update public.data_deletion_requests set grace_period_ends_at = now();
select is(public.erase_person(pg_temp.p(8)) ->> 'erased', 'true', 'erased');
select is((select count(*)::int from public.users where phone_hash like 'erased-%'), 1,
    'without another pseudonym');

select * from finish();
rollback;
