-- Protects the ledger and publishing: who leads, what is claimed again and what is not, that a
-- chunk writes all or nothing of a viewer, the last check, and the fence.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(75);
\ir support/people.psql
\ir support/publish.psql

-- ---- an undisturbed chunk ----
select is(pg_temp.lead(), 'leading', 'a batch nobody leads');
select is(pg_temp.lead(), 'led', 'is led from then on');
select is(pg_temp.claim('{1,2,3,999}'), 3, 'ledger rows for who exists');
select is(pg_temp.job(1), 'running 1', 'running');
select pg_temp.stage('{{1,4},{1,5},{2,6}}');
select is(pg_temp.publish(), '3 3 0 0', 'three viewers, three offers');
select results_eq(
    $$select user_id, offered_user_id, batch_date, batch_generated_at, compatibility_score,
             physical_preference_score, compatibility_themes, status, offered_at, expires_at
      from public.match_offers where user_id = pg_temp.p(2)$$,
    $$values (pg_temp.p(2), pg_temp.p(6), date '2026-01-05',
              timestamptz '2026-01-05 09:00:00+00', 81, 70, '{shared_family_goals}'::text[],
              'offered', timestamptz '2026-01-05 09:00:00+00',
              timestamptz '2026-01-11 09:00:00+00')$$, 'an offer as it was staged, at t');
select results_eq(
    $$select offers from public.matchmaking_jobs order by user_id$$,
    $$values (jsonb_build_array(
        jsonb_build_object('id', md5('1:4')::uuid, 'user', pg_temp.p(4), 'final', 0.8125, 'rank', 1),
        jsonb_build_object('id', md5('1:5')::uuid, 'user', pg_temp.p(5), 'final', 0.8125, 'rank', 2))),
      (jsonb_build_array(
        jsonb_build_object('id', md5('2:6')::uuid, 'user', pg_temp.p(6), 'final', 0.8125, 'rank', 3))),
      ('[]'::jsonb)$$, 'the ledger lists them, an empty list is a normal outcome');
select results_eq(
    $$select batch_date, timezone, job_type, idempotency_key, status, completed_at is not null,
             error_summary from public.matchmaking_jobs where user_id = pg_temp.p(3)$$,
    $$values (date '2026-01-05', 'UTC', 'daily_offers',
              '2026-01-05:UTC:' || pg_temp.p(3) || ':daily_offers', 'completed', true, null)$$,
    'and has its key');
select results_eq(
    $$select run_id, float8send(raw), viewer_inputs, candidate_inputs
      from matching.offer_details where offer_id = md5('2:6')::uuid$$,
    $$values (pg_temp.run(), float8send(0.81250000000000011), '{1,2,3,4,-5}'::bigint[],
              '{6,7,8,9,10}'::bigint[])$$, 'what it was computed from, to the bit');
select results_eq(
    'select event_type, user_id, jsonb_array_length(payload -> ''offers'') from matching.outbox
     order by user_id',
    $$values ('offers_published', pg_temp.p(1), 2), ('offers_published', pg_temp.p(2), 1)$$,
    'who has offers hears of it, who has none does not');
select is((select count(*)::int from matching.staged_offers)
    + (select count(*)::int from matching.staged_jobs), 0, 'nothing stays staged');
select is(pg_temp.claim('{1,2,3}'), 0, 'completed rows are never claimed again');
select is(pg_temp.publish(), '0 0 0 0', 'an empty chunk is well');

-- ---- anchor days: both rows of a person from one pool, together ----
select is(pg_temp.claim('{7}', '{daily_offers,weekly_anchor}'), 2, 'two rows');
select pg_temp.stage('{{7,8}}'), pg_temp.stage('{{7,9}}', 0, 'weekly_anchor');
select is(pg_temp.publish(), '2 2 0 0', 'in one chunk');
select is(pg_temp.job(7) || ', ' || pg_temp.job(7, 'weekly_anchor'),
    'completed 1, completed 1', 'completed together');

-- ---- the last check ----
select is(pg_temp.claim('{10,11,12}'), 3, 'claimed');
select pg_temp.stage('{{10,1},{10,2},{10,3},{10,4},{10,5},{10,6},{10,7},{10,8},{10,9},{11,1},{12,1}}');
insert into public.blocks (blocker_id, blocked_id)
values (pg_temp.p(10), pg_temp.p(1)), (pg_temp.p(2), pg_temp.p(10));
insert into public.reports (reporter_id, reported_user_id, type, category, status)
values (pg_temp.p(10), pg_temp.p(3), 'user', 'scam', 'pending'),
       (pg_temp.p(4), pg_temp.p(10), 'user', 'scam', 'resolved'),
       (pg_temp.p(11), pg_temp.p(1), 'user', 'scam', 'dismissed');
insert into public.matches (user_id_1, user_id_2, status, closed_reason)
values (pg_temp.p(5), pg_temp.p(10), 'closed', 'unmatched');
insert into public.enforcement_actions (user_id, action_type, reason, enacted_by, expires_at)
values (pg_temp.p(6), 'temporary_suspension', 'x', pg_temp.p(1), null),
       (pg_temp.p(9), 'temporary_suspension', 'x', pg_temp.p(1), now() - interval '1 day');
insert into public.data_deletion_requests (user_id, request_type, status)
values (pg_temp.p(7), 'full_deletion', 'in_grace_period');
update public.users set status = 'non_matching' where id = pg_temp.p(8);
update public.users set status = 'suspended' where id = pg_temp.p(12);
select is(pg_temp.publish(), '3 2 9 0',
    'block and report either way, a former match, suspension, deletion, status, the viewer''s too');
select set_eq(
    $$select user_id, offered_user_id from public.match_offers
      where user_id in (pg_temp.p(10), pg_temp.p(11), pg_temp.p(12))$$,
    $$values (pg_temp.p(10), pg_temp.p(9)), (pg_temp.p(11), pg_temp.p(1))$$,
    'a dismissed report and a past suspension do not count');
select is((select jsonb_agg(o -> 'rank') from public.matchmaking_jobs, jsonb_array_elements(offers) as o
           where user_id = pg_temp.p(10)), '[9]', 'the ledger lists what was written, by its rank');
select is((select count(*)::int from matching.offer_details where run_id = pg_temp.run()),
    (select count(*)::int from public.match_offers), 'and so do the details');

-- ---- people who are gone, pairs that stand ----
select is(pg_temp.claim('{13,14}'), 2, 'claimed');
select pg_temp.stage('{{13,15},{13,16},{14,15}}');
delete from public.users where id = pg_temp.p(16);
delete from public.users where id = pg_temp.p(14);
select is(pg_temp.publish(), '1 1 2 1', 'rows of deleted people are passed over');
select is(pg_temp.claim('{15}'), 1, 'claimed');
insert into public.match_offers (user_id, offered_user_id, batch_date, compatibility_score)
values (pg_temp.p(15), pg_temp.p(17), '2026-01-05', 50);
select pg_temp.stage('{{15,17},{15,18}}');
select is(pg_temp.publish(), '1 1 1 0', 'a pair that has an offer of this date keeps it');
select is((select jsonb_agg(o -> 'user') from public.matchmaking_jobs, jsonb_array_elements(offers) as o
           where user_id = pg_temp.p(15)), jsonb_build_array(pg_temp.p(18)),
    'and the ledger lists the other only');

-- ---- the fence ----
select is(pg_temp.claim('{17,18}'), 2, 'claimed');
select pg_temp.stage('{{17,19},{18,19}}');
update public.matchmaking_jobs set attempt_count = 2 where user_id = pg_temp.p(17);
select is(pg_temp.publish(), '1 1 1 1', 'a row that was claimed again is lost');
select is(pg_temp.job(17) || ' ' || coalesce(pg_temp.status(17, 19), '-'), 'running 2 -',
    'and stays as the other has it');
select is(pg_temp.claim('{17}'), 1, 'the leader may claim what is running');
select is((select attempt from claims), 3, 'with a higher fence');
select pg_temp.stage('{{17,19}}');
update matching.leases set fence = fence + 1;
select is(pg_temp.refusal('select pg_temp.publish()'), format(
    'PT409 run %s is not led with fence %s (lease_lost)', pg_temp.run(), pg_temp.fence()),
    'nothing is published with a fence that another leader raised');
update matching.leases set fence = fence - 1, expires_at = clock_timestamp();
select is(pg_temp.refusal('select pg_temp.publish()'), format(
    'PT409 run %s is not led with fence %s (lease_lost)', pg_temp.run(), pg_temp.fence()),
    'or with a lease that ran out');
select is(pg_temp.refusal('select pg_temp.claim(''{17}'')') ~ 'lease_lost', true, 'or claimed');
select is(pg_temp.refusal('select matching.finish_run(pg_temp.run(), pg_temp.fence(), 0, 0, 0, 0,
    0, null, null)') ~ 'lease_lost', true, 'or finished');
select ok(not matching.renew_run(pg_temp.run(), pg_temp.fence(), '1 hour'), 'or renewed');

-- ---- taking over from a leader that died ----
select is(pg_temp.lead(), 'leading', 'a lease that ran out goes to who asks');
select is((select takeovers from matching.runs), 1, 'which is a takeover');
select is(pg_temp.publish(), '1 1 0 0', 'what is staged and claimed goes on with it');
select ok(matching.renew_run(pg_temp.run(), pg_temp.fence(), '1 hour', 5), 'the heartbeat');
select results_eq('select takeovers, viewers_done from matching.runs', 'values (0, 5::bigint)',
    'progress forgets earlier deaths');
update matching.runs set takeovers = 3;
update matching.leases set expires_at = clock_timestamp();
select is(pg_temp.lead(), 'waiting', 'after several deaths without progress the next one waits');
select is(
    (select retry_at - (select expires_at from matching.leases)
     from matching.claim_batch('2026-01-05', 'UTC', 'me', '1 hour')), interval '4 seconds',
    'for some seconds');
select is(pg_temp.lead(true), 'leading', 'unless a person asks');

-- ---- failures ----
select is(pg_temp.claim('{19}'), 1, 'claimed');
select is(matching.fail_viewers(pg_temp.run(), pg_temp.fence(), array[pg_temp.p(19)], 'no'), 1,
    'a viewer fails');
select is(pg_temp.job(19), 'failed 1 no', 'with the reason');
update matching.runs set requested = false;
select is(pg_temp.claim('{19}'), 1, 'once');
select is(matching.fail_run(pg_temp.run(), pg_temp.fence(), 'broken', '0 s'), 'running',
    'twice, with the run');
select is(pg_temp.lead() || pg_temp.claim('{19}') || pg_temp.job(19), 'leading1running 3',
    'three attempts');
select is(matching.fail_viewers(pg_temp.run(), pg_temp.fence(), array[pg_temp.p(19)], 'no'), 1,
    'the third fails');
select is(pg_temp.claim('{19}'), 0, 'and it is not tried again');
update matching.runs set requested = true;
select is(pg_temp.claim('{19}'), 1, 'unless a person asked');
select is(pg_temp.refusal('select matching.finish_run(pg_temp.run(), pg_temp.fence(), 0, 0, 0, 0,
    0, null, null)'), format('PT409 run %s has 1 open ledger rows (open_rows)', pg_temp.run()),
    'a run with open rows is not finished');
select pg_temp.stage();
select is(pg_temp.publish(), '1 0 0 0', 'it gets an empty list');
select is(matching.finish_run(pg_temp.run(), pg_temp.fence(), 9, 8, 7, 6, 5, '{"score": 1}',
    '{"kind": "digest"}'), (select count(*) from matching.offer_details), 'the end of a run');
select results_eq(
    'select status, viewers_done, gender_pairs, eligible, bounded, canonical, offers,
            certificate ->> ''kind'', as_of from matching.runs',
    $$select 'completed', 9::bigint, 8::bigint, 7::bigint, 6::bigint, 5::bigint, count(*), 'digest',
             timestamptz '2026-01-05 09:00:00+00' from matching.offer_details$$, 'with its numbers');
select is(pg_temp.lead(), 'completed', 'a completed batch is not run again');
select is(pg_temp.lead(true), 'leading', 'unless a person asks');
select is((select count(distinct as_of)::int from matching.runs), 1, 'and then at the same t');

-- ---- two time zones, one day ----
create temp table utc as select * from led;
select is(pg_temp.claim('{20}'), 1, 'claimed in UTC');
create temp table utc_claims as select * from claims;
select is(pg_temp.lead(false, 'Asia/Tokyo') || pg_temp.claim('{20}'), 'leading1', 'and in Tokyo');
select pg_temp.stage('{{20,19}}');
select is(pg_temp.publish(), '1 1 0 0', 'who is first');
delete from led;
insert into led select * from utc;
delete from claims;
insert into claims select * from utc_claims;
select pg_temp.stage('{{20,18}}');
select is(pg_temp.publish(), '0 0 1 1', 'is the only one');
select is(pg_temp.job(20), 'failed 1 completed in time zone Asia/Tokyo', 'the other row says why');
select is(pg_temp.claim('{20}'), 0, 'and is not claimed again');
select throws_ok(
    $$update public.matchmaking_jobs set status = 'completed', offers = '[]'
      where user_id = pg_temp.p(20)$$, '23505', null, 'nor could it be completed');

-- ---- another configuration, cancelling ----
select is(matching.describe_run(pg_temp.run(), pg_temp.fence(), 'd1', 'e', 'c', false, 10, 9),
    pg_temp.run(), 'a run is described');
select is(matching.describe_run(pg_temp.run(), pg_temp.fence(), 'd1', 'e', 'c', false, 10, 9),
    pg_temp.run(), 'the same again is the same run');
update led set run_id = matching.describe_run(run_id, fence, 'd2', 'e', 'c', false, 10, 9);
select results_eq(
    $$select status, config_digest, as_of from matching.runs
      where config_digest is not null order by config_digest$$,
    $$values ('failed', 'd1', timestamptz '2026-01-05 09:00:00+00'),
             ('running', 'd2', timestamptz '2026-01-05 09:00:00+00')$$,
    'another configuration is another run of the batch, at the same t');
insert into public.matchmaking_jobs (batch_date, timezone, user_id, idempotency_key)
values ('2026-01-05', 'UTC', pg_temp.p(16 - 10), 'k');
select ok(matching.cancel_run(pg_temp.run()), 'cancelled');
select is(pg_temp.job(6), 'failed 1 cancelled', 'open rows say so');
select ok(not matching.cancel_run(pg_temp.run()), 'once');
select is(pg_temp.lead(), 'cancelled', 'nobody goes on with it');
select is(pg_temp.refusal($$select * from matching.claim_batch('2026-01-05', 'Mars/Base', 'me',
    '1 s')$$), 'PT400 unknown time zone "Mars/Base" (timezone)', 'no such time zone');

select * from finish();
rollback;
