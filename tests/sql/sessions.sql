-- Protects what one statement cannot show: plans kept from one caller to the next, names that
-- shadow, what an administrator's look leaves behind, and that a person's own offers stay cheap.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(17);

create function pg_temp.person(n int) returns uuid language sql as $$
    select format('00000000-0000-4000-8000-%s', lpad(n::text, 12, '0'))::uuid
$$;
grant execute on function pg_temp.person(int) to public;
create function pg_temp.log_in(n int, role text default 'authenticated') returns void
language sql as $$
    select set_config('request.jwt.claims', case when n is null then '' else
               jsonb_build_object('sub', pg_temp.person(n), 'aal', 'aal2')::text end, true),
           set_config('role', role, true)
$$;

insert into public.users (id, phone_hash, phone_last_four, date_of_birth, status, onboarding_step)
select pg_temp.person(n), 'h' || n, '0000', '1990-01-01', 'active', 'complete'
from generate_series(1, 1001) as n;
insert into public.profiles (user_id, city) select id, 'Paris' from public.users;
insert into public.match_offers (user_id, offered_user_id, batch_date, compatibility_score)
select pg_temp.person(viewer), pg_temp.person((viewer + step * 9) % 1001 + 1), '2026-01-01', 80
from generate_series(1, 1000) as viewer, generate_series(1, 100) as step;
insert into public.admin_users (user_id) values (pg_temp.person(1001));
analyze public.users, public.match_offers, public.blocks, public.enforcement_actions;

-- A63: one connection, one prepared statement, three callers
prepare mine as
select count(*), min(user_id::text) from public.match_offers;
select pg_temp.log_in(1);
execute mine \gset first_
execute mine \gset first_
execute mine \gset first_
execute mine \gset first_
execute mine \gset first_
execute mine \gset first_
reset role;
select is(:'first_count'::text, '100', 'A63: a person sees the own offers');
select is(:'first_min'::text, pg_temp.person(1)::text, 'A63: and nobody else''s');
select pg_temp.log_in(2);
execute mine \gset second_
reset role;
select is(:'second_min'::text, pg_temp.person(2)::text, 'A63: the next caller does not see the former''s');
select pg_temp.log_in(null, 'anon');
savepoint before;
select throws_ok('execute mine', '42501', null, 'A63: nor does one who is not logged in');
rollback to before;
reset role;

-- the plan of a person's own offers
create temp table plan (line text);
grant all on plan to public;
create function pg_temp.explain_mine() returns setof text language plpgsql as $$
begin
    return query execute 'explain (analyze, costs off, timing off, summary on)
        select * from (select id, offered_user_id, compatibility_score, status
        from public.match_offers where user_id = (select auth.uid())) as o';
end
$$;
select pg_temp.log_in(3);
insert into plan select pg_temp.explain_mine();
delete from plan;
insert into plan select pg_temp.explain_mine();
reset role;
select isnt_empty($$select line from plan where line ~ 'Index Scan|Bitmap Index Scan'$$,
    'own offers: an index finds them');
select is_empty($$select line from plan where line ~ 'Seq Scan on match_offers'$$,
    'own offers: the table is not read through');
select is_empty($$select line from plan where line ~ 'auth.uid|\(.*request.jwt'
                  and line !~ 'InitPlan'$$, 'own offers: the caller is asked for once');
select diag('own offers of 100,000: ' || line) from plan where line ~ 'Execution Time';

-- the fastest of ten: a busy machine is not what is measured
create function pg_temp.fastest() returns numeric language plpgsql as $$
declare
    began timestamptz;
    took numeric;
    least numeric := 1e9;
begin
    for i in 1 .. 10 loop
        began := clock_timestamp();
        perform id, compatibility_score from public.match_offers
        where user_id = (select auth.uid());
        took := extract(epoch from clock_timestamp() - began) * 1000;
        least := least(least, took);
    end loop;
    return least;
end
$$;
select pg_temp.log_in(4);
create temp table timing as select pg_temp.fastest() as ms;
reset role;
select diag(format('own offers of 100,000: %s ms', round(ms, 3))) from timing;
select ok(ms < 2, 'own offers: under 2 ms') from timing;

-- A49: a table and a function of the caller's own, before those of the schema
select pg_temp.log_in(5);
create temp table users (id uuid, status text, deleted_at timestamptz);
create temp table blocks (blocker_id uuid, blocked_id uuid);
create temp table admin_users (user_id uuid);
insert into admin_users values (pg_temp.person(5));
set local search_path = pg_temp, public, tap;
select is_empty('select 1 from public.system_config', 'A49: a shadow table makes no administrator');
select is((select count(*)::int from public.match_offers), 100, 'A49: nor changes what is seen');
reset role;
set local search_path = public, tap;

-- A53: what is kept of a position is its second decimal
select pg_temp.log_in(6);
select public.set_my_location(48.858370, 2.294481);
reset role;
select results_eq(
    'select latitude::text, longitude::text from public.profiles where user_id = pg_temp.person(6)',
    $$values ('48.86000000', '2.29000000')$$, 'A53: coordinates are kept to 1 km');
select pg_temp.log_in(6);
select throws_ok('select public.set_my_location(91, 0)', '23514', null, 'and have to exist');
select throws_ok('select public.set_my_location(1, null)', '22004', null, 'both of them');

-- an administrator's look is written down first
select pg_temp.log_in(1001);
select ok(public.admin_view_person(pg_temp.person(7), 'profile', 'complaint') ->> 'city' = 'Paris',
    'an administrator sees a person');
select throws_ok(
    $$select public.admin_view_person(pg_temp.person(7), 'answers', 'curious')$$, '23514', null,
    'not what no view shows');
reset role;
select results_eq(
    'select viewed_user_id, view_type, reason from public.admin_user_views',
    $$select pg_temp.person(7), 'profile', 'complaint'$$, 'and the look is on record');

-- read marks
insert into public.matches (id, user_id_1, user_id_2)
values (pg_temp.person(9999), pg_temp.person(8), pg_temp.person(9));
insert into public.messages (match_id, sender_id, content, client_message_id)
select pg_temp.person(9999), pg_temp.person(sender), 'x', 'c' || n
from (values (8, 1), (8, 2), (9, 3)) as m (sender, n);
select pg_temp.log_in(9);
select is(public.mark_messages_read(pg_temp.person(9999)), 2,
    'the other side''s messages are marked, not the own');
reset role;

select * from finish();
rollback;
