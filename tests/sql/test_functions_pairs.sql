-- Protects what a block, report, ban, deletion or match does to the offers and matches of the
-- people concerned, whoever writes it, and ending a match.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(47);
\ir support/people.psql
create function pg_temp.match_state(one int, other int) returns text language sql as $$
    select concat_ws(' ', status, closed_reason, right(closed_by::text, 2))
    from public.matches where id = pg_temp.match_of(one, other)
$$;
create function pg_temp.befriend(one int, other int) returns void language sql as $$
    insert into public.matches (user_id_1, user_id_2)
    values (pg_temp.p(least(one, other)), pg_temp.p(greatest(one, other)))
$$;

-- ---- one by one: open offers of either way end, decided ones stay, a match closes ----
select pg_temp.introduce(1, 2), pg_temp.introduce(1, 2, '2026-01-06'), pg_temp.introduce(1, 3),
    pg_temp.act(1, 2, 'pass'), pg_temp.act(2, 1, 'not_now');
insert into public.blocks (blocker_id, blocked_id) values (pg_temp.p(2), pg_temp.p(1));
select is(pg_temp.status(1, 2), 'passed,expired', 'a block ends what is open, and keeps history');
select is(pg_temp.status(2, 1), 'expired,expired', 'either way, not now too');
select is(pg_temp.status(1, 3), 'offered', 'and nothing of others');
select set_eq(
    'select previous_status, new_status, cause from matching.offer_events',
    $$values ('offered', 'expired', 'block'), ('not_now', 'expired', 'block')$$,
    'each transition is on record');
select pg_temp.befriend(3, 4);
insert into public.blocks (blocker_id, blocked_id) values (pg_temp.p(4), pg_temp.p(3));
select is(pg_temp.match_state(3, 4), 'closed blocked 04', 'a block closes a match');

select pg_temp.befriend(5, 6), pg_temp.introduce(5, 6);
select is(pg_temp.status(5, 6), 'offered', 'offers after a match are left to publishing');
insert into public.reports (reporter_id, reported_user_id, type, category, status)
values (pg_temp.p(5), pg_temp.p(6), 'user', 'scam', 'dismissed');
select is(pg_temp.match_state(5, 6), 'active', 'a dismissed report does nothing');
update public.reports set status = 'in_review';
select is(pg_temp.match_state(5, 6), 'closed blocked 05', 'taken up again it closes the match');
select is(pg_temp.status(5, 6) || pg_temp.status(6, 5), 'expiredexpired', 'and ends offers');

select pg_temp.introduce(7, 8), pg_temp.introduce(7, 9), pg_temp.befriend(7, 10);
insert into public.enforcement_actions (user_id, action_type, reason, enacted_by)
values (pg_temp.p(7), 'temporary_suspension', 'x', pg_temp.p(1)),
       (pg_temp.p(7), 'warning', 'x', pg_temp.p(1));
select is(pg_temp.status(8, 7), 'offered', 'a suspension ends nothing');
select is((select count(*)::int from matching.live_offers(pg_temp.p(8))), 0, 'it hides');
insert into public.enforcement_actions (user_id, action_type, reason, enacted_by, is_active)
values (pg_temp.p(7), 'permanent_ban', 'x', pg_temp.p(1), false);
select is(pg_temp.status(8, 7), 'offered', 'nor does a ban that is not active');
update public.enforcement_actions set is_active = true where action_type = 'permanent_ban';
select is(pg_temp.status(8, 7) || pg_temp.status(7, 9), 'expiredexpired',
    'a ban ends offers of and to the person');
select is(pg_temp.match_state(7, 10), 'closed blocked', 'and closes the matches');

select pg_temp.introduce(11, 12), pg_temp.befriend(11, 13);
insert into public.data_deletion_requests (user_id, request_type)
values (pg_temp.p(11), 'full_deletion');
select is(pg_temp.status(12, 11), 'offered', 'a request that is pending has no effect yet');
update public.data_deletion_requests set status = 'in_grace_period';
select is(pg_temp.status(12, 11) || pg_temp.status(11, 12), 'expiredexpired',
    'with the period of grace offers are gone');
select is(pg_temp.match_state(11, 13), 'closed deleted', 'and matches closed as deleted');

select pg_temp.introduce(14, 15), pg_temp.befriend(14, 16);
update public.users set status = 'suspended' where id = pg_temp.p(14);
update public.users set status = 'active' where id = pg_temp.p(14);
select is(pg_temp.status(15, 14), 'offered', 'a status that comes back ends nothing');
update public.users set status = 'deleted' where id = pg_temp.p(14);
select is(pg_temp.status(15, 14), 'expired', 'the status deleted does');
select is(pg_temp.match_state(14, 16), 'closed deleted', 'as a deletion');

select pg_temp.introduce(17, 18), pg_temp.act(17, 18, 'accept'), pg_temp.befriend(17, 18);
select is(pg_temp.status(17, 18) || pg_temp.status(18, 17), 'expiredexpired',
    'a match made elsewhere ends the offers of the pair');
select set_eq('select distinct cause from matching.offer_events',
    array['block', 'report', 'ban', 'deletion', 'match'], 'causes are on record');

-- ---- many at once ----
insert into public.match_offers (user_id, offered_user_id, batch_date, compatibility_score)
select a.id, b.id, '2026-02-01', 80 from public.users as a, public.users as b where a.id <> b.id;
insert into public.blocks (blocker_id, blocked_id)
select pg_temp.p(20), id from public.users where id < pg_temp.p(20);
select is((select count(*)::int from public.match_offers where batch_date = '2026-02-01'
           and status = 'expired'), 38, 'nineteen blocks in one statement end 38 offers');
select lives_ok(
    'insert into public.blocks (blocker_id, blocked_id)
     select blocker_id, blocked_id from public.blocks where false',
    'a statement without rows is well');
delete from public.blocks;
delete from public.match_offers where batch_date = '2026-02-01';

-- ---- ending a match ----
select pg_temp.befriend(8, 9);
select is(pg_temp.refusal($$select matching.unmatch(pg_temp.p(3), pg_temp.match_of(8, 9))$$),
    'PT404 match not found (not_found)', 'a match of others is not found');
select is(pg_temp.refusal($$select matching.unmatch(pg_temp.p(8), pg_temp.match_of(8, 9), 'x')$$),
    'PT400 expected the reason not_interested, inappropriate or other, got "x" (reason)',
    'no such reason');
select is(matching.unmatch(pg_temp.p(8), pg_temp.match_of(8, 9), 'other', 'k') ->> 'closed_reason',
    'unmatched', 'a match ends');
select is(matching.unmatch(pg_temp.p(8), pg_temp.match_of(8, 9), 'other') ->> 'status', 'closed',
    'asked again: the same answer');
select is(matching.unmatch(pg_temp.p(8), pg_temp.match_of(8, 9), 'other', 'k') ->> 'status',
    'closed', 'and by the key');
select is(pg_temp.refusal($$select matching.unmatch(pg_temp.p(9), pg_temp.match_of(8, 9))$$),
    'PT409 the match is closed (closed)', 'the other side comes too late');
select results_eq(
    $$select new_status, cause, reason from matching.match_events
      where match_id = pg_temp.match_of(8, 9)$$,
    $$values ('closed', 'unmatch', 'other')$$, 'once on record, with the reason');

-- ---- block and report by function ----
select pg_temp.befriend(8, 12), pg_temp.introduce(8, 15);
select is(pg_temp.refusal('select matching.block_user(pg_temp.p(8), pg_temp.p(13))'),
    'PT404 person not found (not_found)', 'A44: whom nobody met does not exist');
select is(pg_temp.refusal('select matching.block_user(pg_temp.p(8), pg_temp.p(999))'),
    'PT404 person not found (not_found)', 'A44: as who does not');
select is(pg_temp.refusal('select matching.block_user(pg_temp.p(8), pg_temp.p(8))'),
    'PT404 person not found (not_found)', 'nobody blocks themselves');
select lives_ok('select matching.block_user(pg_temp.p(8), pg_temp.p(12), ''harassment'')', 'block');
select is(pg_temp.match_state(8, 12), 'closed blocked 08', 'closes the match');
select lives_ok('select matching.block_user(pg_temp.p(8), pg_temp.p(12))', 'again: as before');
select is((select count(*)::int from public.blocks), 1, 'one row');
select is(pg_temp.refusal($$select matching.block_user(pg_temp.p(8), pg_temp.p(15), 'x')$$),
    'PT400 expected the reason inappropriate, harassment or no_reason, got "x" (reason)',
    'no such reason');
select lives_ok($$select matching.report_user(pg_temp.p(8), 'scam', pg_temp.p(15))$$, 'report');
select is(pg_temp.status(8, 15), 'expired', 'ends the offer');

select pg_temp.befriend(2, 4);
insert into public.messages (id, match_id, sender_id, content, client_message_id)
values (pg_temp.p(101), pg_temp.match_of(2, 4), pg_temp.p(4), 'x', 'c1'),
       (pg_temp.p(102), pg_temp.match_of(2, 4), pg_temp.p(2), 'y', 'c2');
select is(pg_temp.refusal(
    $$select matching.report_user(pg_temp.p(3), 'scam', message_id => pg_temp.p(101))$$),
    'PT404 person not found (not_found)', 'a message of others cannot be reported');
select is(pg_temp.refusal(
    $$select matching.report_user(pg_temp.p(2), 'scam', message_id => pg_temp.p(102))$$),
    'PT404 person not found (not_found)', 'nor an own one');
select is(pg_temp.refusal(
    $$select matching.report_user(pg_temp.p(8), 'scam', pg_temp.p(15), match_id =>
      pg_temp.match_of(2, 4))$$),
    'PT404 person not found (not_found)', 'nor a match of others');
select lives_ok(
    $$select matching.report_user(pg_temp.p(2), 'scam', message_id => pg_temp.p(101))$$,
    'a message names its sender');
select is((select reported_user_id from public.reports where type = 'message'), pg_temp.p(4),
    'who is the person reported');
update public.users set status = 'suspended' where id = pg_temp.p(2);
select is(pg_temp.refusal('select matching.block_user(pg_temp.p(2), pg_temp.p(4))'),
    'PT403 the account may not do this (account)', 'a suspended person blocks nobody');

select * from finish();
rollback;
