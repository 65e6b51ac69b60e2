-- Protects the state machine of offers: every transition of the contract's table, every refusal,
-- one audit row an action, one event a cause, replay by key, the limit of active matches.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(59);
\ir support/people.psql

-- ---- each action, once and again ----
select pg_temp.introduce(1, 2);
select is(pg_temp.act(1, 2, 'accept') -> 'offer' ->> 'status', 'accepted', 'accept');
select is(pg_temp.act(1, 2, 'accept') ->> 'is_mutual', 'false', 'and again: the same answer');
select is(pg_temp.act(1, 2, 'accept'), pg_temp.act(1, 2, 'accept'), 'to the byte');
select results_eq(
    $$select action, previous_status, new_status from public.match_offer_audits
      where offer_id = pg_temp.offer(1, 2)$$,
    $$values ('accept', 'offered', 'accepted')$$, 'one audit row');
select is(pg_temp.refusal('select pg_temp.act(1, 2, ''pass'')'),
    'PT409 the offer was decided before: accepted (accepted)', 'another action: conflict');
select is(pg_temp.refusal('select pg_temp.act(1, 2, ''like'')'),
    'PT400 expected the action accept, pass or not_now, got "like" (action)', 'no such action');

select pg_temp.introduce(3, 4);
select is(pg_temp.act(3, 4, 'pass') -> 'offer' ->> 'status', 'passed', 'pass');
select is(
    (select cooldown_until - action_at from public.match_offers where id = pg_temp.offer(3, 4)),
    interval '2160 hours', 'with PASS_COOLDOWN_DAYS of rest, as hours');
select is(pg_temp.act(3, 4, 'pass') -> 'offer' ->> 'status', 'passed', 'pass again');
select is(pg_temp.refusal('select pg_temp.act(3, 4, ''accept'')'),
    'PT409 the offer was decided before: passed (passed)', 'a pass is final');

select pg_temp.introduce(5, 6);
insert into matching.user_config_overrides values
    (pg_temp.p(5), 'MATCH_OFFER_COOLDOWN_DAYS', '10');
select is(pg_temp.act(5, 6, 'not_now') -> 'offer' ->> 'status', 'not_now', 'not now');
select is(
    (select cooldown_until - action_at from public.match_offers where id = pg_temp.offer(5, 6)),
    interval '240 hours', 'rests as long as the viewer''s own parameter says');
select is(pg_temp.refusal('select pg_temp.act(5, 6, ''accept'')'),
    'PT409 the offer was decided before: not_now (not_now)',
    'not now is not taken back while the other side has not accepted');
select is(pg_temp.refusal('select pg_temp.act(5, 6, ''pass'')'),
    'PT409 the offer was decided before: not_now (not_now)', 'nor turned into a pass');
select lives_ok('select pg_temp.act(6, 5, ''accept'')', 'the other side accepts');
select is(pg_temp.act(5, 6, 'accept') ->> 'is_mutual', 'true', 'and now not now becomes a match');
select results_eq(
    $$select action, previous_status, new_status from public.match_offer_audits
      where offer_id = pg_temp.offer(5, 6) order by new_status desc$$,
    $$values ('not_now', 'offered', 'not_now'), ('accept', 'not_now', 'accepted')$$,
    'each action has its audit row');

-- ---- mutual ----
select is(pg_temp.act(2, 1, 'accept') ->> 'is_mutual', 'true', 'the second accept makes a match');
select is(pg_temp.status(1, 2) || ' ' || pg_temp.status(2, 1), 'matched matched', 'of both offers');
select is(pg_temp.act(1, 2, 'accept') ->> 'match_id', pg_temp.match_of(1, 2)::text,
    'the first may ask again, and learns of it');
select is((select count(*)::int from public.matches where status = 'active'), 2,
    'one row a match, in order of ids');
select set_eq(
    $$select offer_id, previous_status, new_status, cause from matching.offer_events
      where offer_id in (pg_temp.offer(1, 2), pg_temp.offer(2, 1))$$,
    $$values (pg_temp.offer(1, 2), 'accepted', 'matched', 'mutual'),
             (pg_temp.offer(2, 1), 'accepted', 'matched', 'mutual')$$,
    'becoming a match is the system''s transition');
select is(
    (select count(*)::int from public.analytics_events where event_type = 'match_mutual_created'
     and event_properties ->> 'match_id' = pg_temp.match_of(1, 2)::text), 1, 'one event a match');
select is((select count(*)::int from public.analytics_events
           where event_type = 'match_offer_action'),
    (select count(*)::int from public.match_offer_audits), 'one event an action');
select is_empty(
    $$select e.event_type, e.event_properties
      from public.analytics_events as e
      left join public.analytics_event_schemas as s on s.event_type = e.event_type and s.is_active
      where s.event_type is null or not e.event_properties ?& s.required_properties
         or exists (select from jsonb_each(s.enum_constraints) as c
                    where not c.value @> jsonb_build_array(e.event_properties -> c.key))$$,
    'events are valid against their schemas');
select set_eq(
    'select event_type, user_id, payload from matching.outbox',
    'select event_type, user_id, event_properties from public.analytics_events',
    'and each is announced');

-- ---- whose offer it is ----
select is(pg_temp.refusal('select matching.act_on_offer(pg_temp.p(9), pg_temp.offer(3, 4), ''pass'')'),
    'PT404 offer not found (not_found)', 'A22: an offer of somebody else is not found');
select is(pg_temp.refusal(
    'select matching.act_on_offer(pg_temp.p(4), pg_temp.offer(3, 4), ''accept'')'),
    'PT404 offer not found (not_found)', 'A22: nor is it by the candidate');
select is(pg_temp.refusal('select matching.act_on_offer(pg_temp.p(9), pg_temp.p(999), ''pass'')'),
    'PT404 offer not found (not_found)', 'A22: as if the id were unknown');

-- ---- expired ----
select pg_temp.introduce(7, 8);
update public.match_offers set expires_at = now() - interval '1 second'
where id = pg_temp.offer(7, 8);
select is(pg_temp.refusal('select pg_temp.act(7, 8, ''accept'')'),
    'PT409 the offer has expired (expired)', 'A23: past its end, before the sweep');
select results_eq('select * from matching.expire_offers(10)', 'values (1, 0)', 'the sweep');
select is(pg_temp.status(7, 8), 'expired', 'ends it');
select is(pg_temp.refusal('select pg_temp.act(7, 8, ''accept'')'),
    'PT409 the offer has expired (expired)', 'A23: and after it');
select results_eq('select * from matching.expire_offers(10)', 'values (0, 0)', 'once');
select pg_temp.introduce(7, 9), pg_temp.act(7, 9, 'accept'), pg_temp.act(9, 7, 'not_now');
update public.match_offers set expires_at = now() - interval '1 second'
where id in (pg_temp.offer(7, 9), pg_temp.offer(9, 7));
select is(pg_temp.refusal('select pg_temp.act(7, 9, ''accept'')'),
    'PT409 the offer has expired (expired)', 'an accept does not outlive its offer');
select is(pg_temp.refusal('select pg_temp.act(9, 7, ''accept'')'),
    'PT409 the offer has expired (expired)', 'not now cannot be accepted after its end');
select results_eq('select * from matching.expire_offers(10)', 'values (1, 0)',
    'the sweep ends what is accepted');
select is(pg_temp.status(9, 7), 'not_now', 'and leaves not now as it is');

-- ---- keys ----
select pg_temp.introduce(10, 11), pg_temp.introduce(10, 12);
create temp table first as select pg_temp.act(10, 11, 'accept', 'k1') as answer;
select lives_ok('select pg_temp.act(11, 10, ''accept'')', 'meanwhile they match');
select is(pg_temp.act(10, 11, 'accept', 'k1'), (select answer from first),
    'a key replays the answer of then');
select is(pg_temp.refusal('select pg_temp.act(10, 12, ''accept'', ''k1'')'),
    'PT409 the idempotency key was used for another request (idempotency_key)',
    'another request with it: conflict');
select is((select idempotency_key from public.match_offer_audits
           where offer_id = pg_temp.offer(10, 11)), 'k1', 'the audit row has the key');
select lives_ok('select pg_temp.act(12, 10, ''pass'', ''k1'')', 'keys of others are others');
update matching.idempotency_keys set created_at = now() - interval '24 hours'
where user_id = pg_temp.p(10);
select is(pg_temp.act(10, 12, 'pass', 'k1') -> 'offer' ->> 'status', 'passed',
    'after 24 hours a key is new');
select is(pg_temp.refusal('select pg_temp.act(10, 12, ''pass'', '''')'),
    'PT400 expected an idempotency key of 1 to 200 characters, got 0 (idempotency_key)',
    'an empty key is none');
select is(pg_temp.refusal('select pg_temp.act(10, 12, ''accept'', ''k2'')'),
    'PT409 the offer was decided before: passed (passed)', 'a refusal');
select is((select count(*)::int from matching.idempotency_keys where key = 'k2'), 0,
    'is not kept: it changed nothing');

-- ---- at most MAX_ACTIVE_MATCHES_BETA of either ----
insert into public.matches (user_id_1, user_id_2)
values (pg_temp.p(13), pg_temp.p(15)), (pg_temp.p(13), pg_temp.p(16));
select pg_temp.introduce(13, 14), pg_temp.act(13, 14, 'accept');
select is(pg_temp.act(14, 13, 'accept') -> 'offer' ->> 'status', 'accepted',
    'no place on the other side: the accept stays');
select results_eq('select * from matching.expire_offers(10)', 'values (0, 0)',
    'the sweep finds no place either');
select lives_ok($$select matching.unmatch(pg_temp.p(16), pg_temp.match_of(13, 16))$$,
    'a place becomes free');
select is(pg_temp.status(13, 14) || ' ' || pg_temp.status(14, 13), 'matched matched',
    'and the match is made');
select pg_temp.introduce(13, 17), pg_temp.act(13, 17, 'accept'), pg_temp.act(17, 13, 'accept');
insert into matching.user_config_overrides values (pg_temp.p(13), 'MAX_ACTIVE_MATCHES_BETA', '3');
select results_eq('select * from matching.expire_offers(10)', 'values (0, 1)',
    'the sweep sees a place that a parameter made');
select pg_temp.introduce(13, 18), pg_temp.act(18, 13, 'accept'), pg_temp.act(13, 18, 'accept');
update public.match_offers set expires_at = now() - interval '1 second'
where id = pg_temp.offer(18, 13);
select lives_ok($$select matching.unmatch(pg_temp.p(13), pg_temp.match_of(13, 17))$$, 'a place');
select is(pg_temp.match_of(13, 18), null, 'is not given to an accept that expired');

-- ---- who may act, and on whom ----
select pg_temp.introduce(19, 20);
update public.users set status = 'suspended' where id = pg_temp.p(19);
select is(pg_temp.refusal('select pg_temp.act(19, 20, ''accept'')'),
    'PT403 the account may not act on offers (account)', 'A1: a suspended person does nothing');
select is(pg_temp.refusal('select pg_temp.act(20, 19, ''accept'')'),
    'PT404 offer not found (not_found)', 'and is hidden from others');
update public.users set status = 'active' where id = pg_temp.p(19);
select is(pg_temp.act(20, 19, 'accept') -> 'offer' ->> 'status', 'accepted',
    'until the suspension ends');
select pg_temp.log_in(19);
select is(public.act_on_offer(pg_temp.offer(19, 20), 'accept') ->> 'is_mutual', 'true',
    'the same for who is logged in');
select pg_temp.log_in(3, '{"is_anonymous": true}');
select is(pg_temp.refusal('select public.act_on_offer(pg_temp.p(1), ''pass'')'),
    'PT403 not allowed (account)', 'A61: an anonymous sign-in does nothing');
reset role;

select * from finish();
rollback;
