-- Protects what a viewer sees: cards of live offers and active matches and of nobody else,
-- distances that tell no position, offers that count as presented once.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(30);
\ir support/people.psql
create function pg_temp.sees(viewer int, candidate int) returns boolean language sql as $$
    select pg_temp.refusal(format('select matching.candidate_card(%L, %L)', pg_temp.p(viewer),
        pg_temp.p(candidate))) = 'none'
$$;

insert into public.photos (id, user_id, url, is_primary, position)
values (pg_temp.p(201), pg_temp.p(2), 'https://img/a', false, 1),
       (pg_temp.p(202), pg_temp.p(2), 'https://img/b', true, 0);
insert into public.match_offers (user_id, offered_user_id, batch_date, compatibility_score,
    physical_preference_score)
values (pg_temp.p(1), pg_temp.p(2), '2026-01-05', 80, 70);
select is(matching.candidate_card(pg_temp.p(1), pg_temp.p(2)) - 'age', jsonb_build_object(
    'id', pg_temp.p(2), 'display_name', 'Name 2', 'bio', null, 'city', 'Paris', 'distance_km', 5,
    'photos', jsonb_build_array(
        jsonb_build_object('id', pg_temp.p(202), 'url', 'https://img/b', 'thumbnail_url', null,
            'is_primary', true, 'is_verified', false, 'position', 0),
        jsonb_build_object('id', pg_temp.p(201), 'url', 'https://img/a', 'thumbnail_url', null,
            'is_primary', false, 'is_verified', false, 'position', 1))),
    'a card has what the contract names, and nothing else');
update public.users set date_of_birth = (now() at time zone 'UTC')::date - interval '30 years'
where id = pg_temp.p(2);
select is(matching.candidate_card(pg_temp.p(1), pg_temp.p(2)) ->> 'age', '30', 'on the birthday');
update public.users set date_of_birth = date_of_birth + 1 where id = pg_temp.p(2);
select is(matching.candidate_card(pg_temp.p(1), pg_temp.p(2)) ->> 'age', '29', 'and the day before');
select is(pg_temp.refusal('select matching.candidate_card(pg_temp.p(2), pg_temp.p(1))'),
    'PT404 person not found (not_found)', 'A20: the candidate does not see the viewer');
select is(pg_temp.refusal('select matching.candidate_card(pg_temp.p(1), pg_temp.p(999))'),
    'PT404 person not found (not_found)', 'and an unknown id gets the same');

-- whatever ends or hides the offer hides the card
select is(array_agg(pg_temp.sees(1, 2)), '{t}', 'live') from (select 1) as one;
savepoint live;
update public.match_offers set expires_at = now();
select ok(not pg_temp.sees(1, 2), 'expired: no card');
rollback to live;
update public.match_offers set status = 'passed';
select ok(not pg_temp.sees(1, 2), 'passed: no card');
rollback to live;
update public.match_offers set status = 'not_now';
select ok(pg_temp.sees(1, 2), 'not now: still live');
update public.users set status = 'non_matching' where id = pg_temp.p(2);
select ok(not pg_temp.sees(1, 2), 'inactive candidate: no card');
rollback to live;
insert into public.enforcement_actions (user_id, action_type, reason, enacted_by, expires_at)
values (pg_temp.p(2), 'temporary_suspension', 'x', pg_temp.p(1), now() + interval '1 day');
select ok(not pg_temp.sees(1, 2), 'suspended candidate: no card');
update public.enforcement_actions set expires_at = now() - interval '1 second';
select ok(pg_temp.sees(1, 2), 'a suspension that is over');
rollback to live;
update public.users set status = 'suspended' where id = pg_temp.p(1);
select ok(not pg_temp.sees(1, 2), 'suspended viewer: no card');
rollback to live;

-- A53: one bucket for everybody of a cell of the grid
create temp table distances as
select private.distance_bucket(pg_temp.p(3), pg_temp.p(4)) as km where false;
create function pg_temp.measure(lat numeric, lon numeric) returns void language plpgsql as $$
begin
    update public.profiles set latitude = lat, longitude = lon where user_id = pg_temp.p(4);
    insert into distances select private.distance_bucket(pg_temp.p(3), pg_temp.p(4));
end
$$;
select pg_temp.measure(48.901 + i * 0.0045, 2.601 + j * 0.006)
from generate_series(0, 21) as i, generate_series(0, 21) as j;
select is((select count(distinct km)::int from distances), 1,
    'A53: 484 places of one cell, 10 km wide, are one distance');
truncate distances;
select pg_temp.measure(48.85 + i * 0.07, 2.35 + i * 0.05) from generate_series(0, 100) as i;
select ok(bool_and(km % 5 = 0 and km >= 5), 'distances are multiples of 5 km') from distances;
select is((select max(km) from distances), 850, 'the far end is 848 km off');
select pg_temp.measure(89.99, 179.99);
select pg_temp.measure(-89.99, -180);
select ok(max(km) < 20040, 'the poles are on earth') from distances;
update public.profiles set latitude = null, longitude = null where user_id = pg_temp.p(4);
select is(private.distance_bucket(pg_temp.p(3), pg_temp.p(4)), null, 'unknown is unknown');
insert into public.user_preferences (user_id, privacy_show_distance) values (pg_temp.p(2), false);
select is(matching.candidate_card(pg_temp.p(1), pg_temp.p(2)) ->> 'distance_km', null,
    'who hides the distance has none');

-- presented once, by whoever asks first
select is(matching.mark_presented(pg_temp.p(2), array[pg_temp.offer(1, 2)]), 0,
    'an offer is presented to its viewer only');
select pg_temp.log_in(1);
select results_eq(
    $$select candidate ->> 'id', status, compatibility_score, physical_preference_score
      from public.my_offers()$$,
    $$values (pg_temp.p(2)::text, 'offered', 80, 70)$$, 'my offers');
select is_empty($$select * from public.my_offers('2026-01-06')$$, 'of a date');
reset role;
select is(matching.mark_presented(pg_temp.p(1), array[pg_temp.offer(1, 2)]), 0, 'shown before');
select results_eq(
    $$select user_id, event_properties - 'policy_segment' from public.analytics_events
      where event_type = 'match_offer_presented'$$,
    $$values (pg_temp.p(1), jsonb_build_object('offer_id', pg_temp.offer(1, 2),
              'candidate_user_id', pg_temp.p(2)))$$, 'one event, valid');
insert into matching.policy_segments (user_id, segment)
values (pg_temp.p(1), 'high_inbound_pressure'), (pg_temp.p(2), 'strange');
select is(private.segment_of(pg_temp.p(1)) || ' ' || private.segment_of(pg_temp.p(2)),
    'high_inbound_pressure balanced', 'the segment is the person''s, unknown ones are balanced');
update public.system_config set value = 'off' where key = 'MATCH_GENDER_RESPONSIVE_MODE';
select is(private.segment_of(pg_temp.p(1)), 'balanced', 'and off is off');

-- matches
insert into public.matches (user_id_1, user_id_2) values (pg_temp.p(5), pg_temp.p(6));
insert into public.messages (match_id, sender_id, content, client_message_id)
values (pg_temp.match_of(5, 6), pg_temp.p(6), 'hi', 'c1');
select results_eq(
    $$select other ->> 'id', status, unread_count from matching.list_matches(pg_temp.p(5))$$,
    $$values (pg_temp.p(6)::text, 'active', 1)$$, 'a match has a card');
insert into public.blocks (blocker_id, blocked_id) values (pg_temp.p(6), pg_temp.p(5));
select results_eq(
    $$select other, status, closed_reason from matching.list_matches(pg_temp.p(5), 'all')$$,
    $$values (null::jsonb, 'closed', 'unmatched')$$,
    'A29, A30: a closed one has none, and does not tell of the block');
select results_eq(
    $$select closed_reason from matching.list_matches(pg_temp.p(6), 'closed')$$,
    $$values ('blocked')$$, 'except to who blocked');
select is(pg_temp.refusal($$select * from matching.list_matches(pg_temp.p(6), 'x')$$),
    'PT400 expected the status active, closed or all, got "x" (status)', 'no such status');

select * from finish();
rollback;
