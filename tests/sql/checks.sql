-- Protects the checks and triggers beyond the contract's own: content, configuration values and
-- weights, push tokens, answers, reports, what a limit leaves alone.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(58);

create function pg_temp.person(n int) returns uuid language sql as $$
    select format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid
$$;
insert into public.users (id, phone_hash, phone_last_four, date_of_birth)
select pg_temp.person(n), 'h' || n, '0000', '1990-01-01' from generate_series(1, 4) as n;
insert into public.profiles (user_id, city) values (pg_temp.person(1), 'Paris');

-- refused(table's column = value): a check or trigger said no
create function pg_temp.refused(statement text, what text) returns text language sql as $$
    select tap.throws_ok(statement, '23514', null, what)
$$;
select pg_temp.refused(format('update public.profiles set %s', change), change)
from unnest(array[
    $$latitude = 'NaN'$$, 'latitude = 90.5', 'latitude = -91', $$longitude = 'NaN'$$,
    'longitude = 180.5', 'longitude = -181', 'min_age_preference = 60, max_age_preference = 40',
    $$city = repeat('x', 121)$$, $$occupation = repeat('x', 201)$$,
    $$physical_preferences = to_jsonb(repeat('x', 20000))$$,
    $$physical_preferences = (repeat('[', 60) || repeat(']', 60))::jsonb$$]) as change;
select lives_ok(
    $$update public.profiles set latitude = 90, longitude = -180, min_age_preference = null,
      physical_preferences = '{"a": {"b": [1, 2]}}'$$, 'the poles, the date line and no bound pass');
select pg_temp.refused(format('update public.users set %s', change), change)
from unnest(array[
    $$date_of_birth = '-infinity'$$, $$date_of_birth = '1850-01-01'$$, $$seeking_gender = '{}'$$,
    $$seeking_gender = '{male,robot}'$$, $$seeking_gender = array['male', null]$$,
    $$last_active_at = 'infinity'$$, $$deleted_at = '-infinity'$$]) as change;
select lives_ok($$update public.users set seeking_gender = '{male,non_binary}'$$, 'two genders');
select pg_temp.refused(
    $$insert into public.verification_sessions (user_id, consent_version, liveness_score)
      values (pg_temp.person(1), 'v1', 'NaN')$$, 'liveness NaN');
select pg_temp.refused(
    $$insert into public.match_offers (user_id, offered_user_id, batch_date, compatibility_score)
      values (pg_temp.person(1), pg_temp.person(1), '2026-01-01', 1)$$, 'an offer of oneself');
select pg_temp.refused(
    $$insert into public.match_offers
      (user_id, offered_user_id, batch_date, compatibility_score, expires_at)
      values (pg_temp.person(1), pg_temp.person(2), '2026-01-01', 1, 'infinity')$$,
    'an offer without end');
select pg_temp.refused(
    $$insert into public.blocks (blocker_id, blocked_id)
      values (pg_temp.person(1), pg_temp.person(1))$$, 'a block of oneself');
select pg_temp.refused(
    $$insert into public.visual_preference_profiles (user_id, preference_vector)
      values (pg_temp.person(1), (repeat('[', 6000) || repeat(']', 6000))::jsonb)$$,
    'a vector nested 6,000 deep');

-- answers
create function pg_temp.answer(reply jsonb, at timestamptz default now()) returns void
language sql as $$
    insert into public.compatibility_responses
        (user_id, question_id, version_id, answer, answered_at)
    select pg_temp.person(1), id, 'v1', reply, at from public.questions
    where version_id = 'v1' and position = 6
    on conflict (user_id, question_id) do update set answer = excluded.answer
$$;
select pg_temp.refused($$select pg_temp.answer(to_jsonb(repeat('x', 9000)))$$, 'a long answer');
select pg_temp.refused($$select pg_temp.answer('4', 'infinity')$$, 'an answer of no time');
select pg_temp.answer('4', '2026-01-01');
select pg_temp.answer('5', '2026-01-01');
select is((select answered_at from public.compatibility_responses), now(),
    'a changed answer counts from now');
insert into public.questionnaire_versions (id) values ('v2');
select throws_ok($$update public.compatibility_responses set version_id = 'v2'$$, '23503', null,
    'an answer belongs to the version of its question');

-- configuration
select pg_temp.refused(
    format('update public.system_config set value = %L where key = %L', value, key),
    key || ' = ' || value)
from (values ('MIN_AGE', '17'), ('MIN_AGE', '18.5'), ('MIN_AGE', 'eighteen'), ('MIN_AGE', ''),
             ('MATCH_MIN_QUALITY_THRESHOLD', 'NaN'), ('MATCH_MIN_QUALITY_THRESHOLD', '1.01'),
             ('MATCH_MIN_QUALITY_THRESHOLD', '1e400'), ('MATCH_RECIPROCATE_FIRST', 'yes'),
             ('MATCH_BATCH_TIME', '24:00'), ('MATCH_ANCHOR_WEEKDAY', 'Mon'),
             ('MATCH_INTENT_CONFLICTS', 'casual:'), ('MATCH_INTENT_CONFLICTS', 'casual:serious,'),
             ('MATCHMAKING_NAMESPACE', 'x')) as bad (key, value);
select lives_ok(
    $$update public.system_config set value = case key
          when 'MIN_AGE' then '21' when 'MATCH_MIN_QUALITY_THRESHOLD' then '.5'
          when 'MATCH_BATCH_TIME' then '00:30' when 'MATCH_INTENT_CONFLICTS' then '' end
      where key in ('MIN_AGE', 'MATCH_MIN_QUALITY_THRESHOLD', 'MATCH_BATCH_TIME',
                    'MATCH_INTENT_CONFLICTS')$$, 'good values pass');
select pg_temp.refused(
    $$update public.system_config set value_type = 'string' where key = 'MIN_AGE'$$,
    'the type of a known key');
select pg_temp.refused(
    $$insert into matching.user_config_overrides values (pg_temp.person(1), 'MIN_AGE', '20')$$,
    'a person''s override of a global key');
select pg_temp.refused(
    $$insert into matching.user_config_overrides
      values (pg_temp.person(1), 'GEO_MAX_DISTANCE_KM', '0')$$, 'an override out of bounds');
select lives_ok(
    $$insert into matching.user_config_overrides
      values (pg_temp.person(1), 'GEO_MAX_DISTANCE_KM', '100')$$, 'an override within them');
select pg_temp.refused(
    $$insert into public.segment_config_overrides
      (segment_id, config_key, override_value, updated_by)
      select id, 'MIN_AGE', '20', 'test' from public.user_segments where key = 'all_users'$$,
    'a segment''s override of a global key');
select lives_ok(
    $$insert into public.segment_config_overrides
      (segment_id, config_key, override_value, override_type, updated_by)
      select id, 'MATCHES_PER_DAY_DEFAULT', '5', 'integer', 'test'
      from public.user_segments where key = 'all_users'$$, 'a segment''s override');

-- weights: one after the other within a transaction, right at its end
update public.system_config set value = '0.7' where key = 'MATCH_SCORE_COMPATIBILITY_WEIGHT';
select pg_temp.refused('set constraints check_weights immediate', 'weights that sum to 0.9');
set constraints check_weights deferred;
update public.system_config set value = '0.3' where key = 'MATCH_SCORE_PHYSICAL_WEIGHT';
select lives_ok('set constraints check_weights immediate', 'weights that sum to 1 again');
set constraints check_weights deferred;
delete from public.system_config where key = 'MATCH_SCORE_PHYSICAL_WEIGHT';
select pg_temp.refused('set constraints check_weights immediate',
    'a missing row counts with its default');
insert into public.system_config (key, value, value_type, updated_by)
values ('MATCH_SCORE_PHYSICAL_WEIGHT', '0.3', 'float', 'test');
set constraints check_weights deferred;
update public.system_config set value = '0' where key like 'MATCH_EVIDENCE_WEIGHT_%';
select pg_temp.refused('set constraints check_weights immediate', 'no evidence at all');
update public.system_config set value = '1' where key = 'MATCH_EVIDENCE_WEIGHT_L';
set constraints check_weights immediate;

-- a device that changes hands
insert into public.push_tokens (user_id, device_id, platform, token)
values (pg_temp.person(1), 'd', 'ios', 'token'), (pg_temp.person(2), 'd', 'ios', 'token');
select results_eq('select user_id from public.push_tokens',
    'select pg_temp.person(2)', 'a push token moves to the new person');

-- whom a report is about
insert into public.matches (id, user_id_1, user_id_2)
values (pg_temp.person(9), pg_temp.person(1), pg_temp.person(2));
insert into public.messages (id, match_id, sender_id, content, client_message_id)
values (pg_temp.person(8), pg_temp.person(9), pg_temp.person(2), 'x', 'c');
select is((select last_message_at from public.matches), now(), 'a match knows its last message');
insert into public.reports (reporter_id, reported_match_id, type, category)
values (pg_temp.person(1), pg_temp.person(9), 'match', 'scam');
insert into public.reports (reporter_id, reported_message_id, type, category)
values (pg_temp.person(1), pg_temp.person(8), 'message', 'scam');
select results_eq('select distinct reported_user_id from public.reports',
    'select pg_temp.person(2)', 'a report on a match or message is about the other person');

insert into public.blocks (blocker_id, blocked_id) values (pg_temp.person(3), pg_temp.person(4));
delete from public.blocks;
select results_eq('select blocker_id, blocked_id from matching.block_removals',
    'select pg_temp.person(3), pg_temp.person(4)', 'A66: a block taken back is remembered');

create temp table config_keys (
    key text, type text, fallback text, low numeric, high numeric, per text, meaning text);
\copy config_keys from 'tests/contract/config_keys.csv' csv header
select set_eq(
    'select key, value_type, fallback, low, high, resolved_per from matching.config_keys',
    'select key, type, fallback, low, high, per from config_keys',
    'the bounds are those of the contract');

select * from finish();
rollback;
