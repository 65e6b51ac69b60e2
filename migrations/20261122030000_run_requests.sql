-- Why: runs that a person asked for, also for some viewers only, and the daily batches that are
--   due. When a batch is due is decided here and nowhere else, by PostgreSQL's time zones and
--   clock.
-- Lock: SHARE on profiles (writes wait) while an index is built.
-- Time: well under a second on an empty database, a second a million rows.

alter table matching.runs add column scope uuid[];
comment on column matching.runs.scope is 'Who was asked for. Null: everybody of the time zone.';

create index idx_profiles_timezone on public.profiles (timezone);

-- The scheduler's clock. Tests put another in its place.
create function matching.scheduler_clock() returns timestamptz
language sql stable set search_path = ''
as $$ select clock_timestamp() $$;

-- ---- when -------------------------------------------------------------------------------------

-- The first instant at which clocks in the zone show this time of this date, or, where a change
-- of the clocks skips that time, the first after it. Null: the zone never had that date.
create function private.local_due(of_date date, of_time time, zone text) returns timestamptz
language plpgsql stable set search_path = ''
as $$
declare
    wall timestamp := of_date + of_time;
    middle timestamptz := wall at time zone 'UTC';
    before_offset interval := ((middle - interval '36 hours') at time zone zone)
        - ((middle - interval '36 hours') at time zone 'UTC');
    after_offset interval := ((middle + interval '36 hours') at time zone zone)
        - ((middle + interval '36 hours') at time zone 'UTC');
    low timestamptz := least(middle - before_offset, middle - after_offset);
    high timestamptz := greatest(middle - before_offset, middle - after_offset);
begin
    if low at time zone zone = wall then
        return low;
    elsif high at time zone zone = wall then
        return high;
    end if;
    -- The clocks jump between the two over the wanted time: look for the second of the jump.
    while high - low > interval '1 second' loop
        middle := low + floor(extract(epoch from high - low) / 2) * interval '1 second';
        if middle at time zone zone >= wall then
            high := middle;
        else
            low := middle;
        end if;
    end loop;
    if (low at time zone zone)::date < of_date and (high at time zone zone)::date > of_date then
        return null;
    end if;
    return high;
end
$$;

-- Every zone that profiles name, by one look into the index each. Unknown names count as UTC.
create function private.zones_in_use() returns table (zone text)
language sql stable set search_path = ''
as $$
    with recursive names (name) as (
        select min(timezone) from public.profiles
        union all
        select (select min(p.timezone) from public.profiles as p where p.timezone > n.name)
        from names as n where n.name is not null
    )
    select distinct coalesce(t.name, 'UTC')
    from (
        select name from names where name is not null
        union all
        select null where exists (select from public.profiles where timezone is null)
    ) as n left join matching.timezone_names as t on t.name = n.name
$$;

-- Daily batches that should be under way at this instant: those of the zone's current local day
-- whose time has come, and that no run for everybody has ended. Nothing of a day that has passed.
create function matching.batches_due(at timestamptz)
returns table (batch_date date, timezone text, due timestamptz)
language sql stable security definer set search_path = '' set row_security = on
as $$
    with days as (
        select z.zone, (at at time zone z.zone)::date - back as date
        from private.zones_in_use() as z, unnest(array[0, 1]) as back
    ), times as (
        select d.zone, d.date, private.local_due(d.date, s.value::time, d.zone) as due
        from days as d, private.system_values() as s where s.key = 'MATCH_BATCH_TIME'
    )
    select t.date, t.zone, t.due
    from times as t
    where t.due <= at and (t.due at time zone t.zone)::date = (at at time zone t.zone)::date
      and not exists (
        select from matching.runs as r
        where r.batch_date = t.date and r.timezone = t.zone and r.scope is null
          and r.status <> 'running')
      and not exists (
        select from matching.runs as r
        join matching.leases as l on l.name = private.batch_lease(r.batch_date, r.timezone)
        where r.batch_date = t.date and r.timezone = t.zone and r.status = 'running'
          and (l.expires_at > clock_timestamp() or r.not_before > clock_timestamp()))
    order by t.due, t.zone
$$;
comment on function matching.batches_due(timestamptz) is
    'Daily batches whose local time has come at an instant, and that nobody leads or has ended.';

-- Runs whose leader gave no sign for the time of its lease, or that wait to be tried again.
create function matching.runs_to_take_over()
returns table (run_id uuid, batch_date date, timezone text)
language sql stable security definer set search_path = '' set row_security = on
as $$
    select r.id, r.batch_date, r.timezone
    from matching.runs as r
    join matching.leases as l on l.name = private.batch_lease(r.batch_date, r.timezone)
    where r.status = 'running' and l.expires_at <= clock_timestamp()
      and r.not_before <= clock_timestamp()
    order by r.started_at, r.id
$$;

-- The batches that a request means, each on the local date of its zone at this instant: of these
-- people, or (null) of everybody.
create function matching.batches_of(people uuid[], at timestamptz)
returns table (batch_date date, timezone text, viewers uuid[])
language sql stable security definer set search_path = '' set row_security = on
as $$
    select (at at time zone zone)::date, zone, null::uuid[] from private.zones_in_use()
    where people is null
    union all
    select (at at time zone w.zone)::date, w.zone, array_agg(w.id order by w.id)
    from (
        select u.id, coalesce(t.name, 'UTC') as zone
        from public.users as u
        left join public.profiles as p on p.user_id = u.id
        left join matching.timezone_names as t on t.name = p.timezone
        where u.id = any (people)
    ) as w
    group by w.zone
    order by 2
$$;

-- ---- claiming -----------------------------------------------------------------------------------

-- As claim_batch, with the viewers that are wanted. A run for some viewers does not stand for the
-- batch of the day. A request that takes over a run without a leader widens it.
create function matching.claim_run(of_date date, of_timezone text, by_holder text,
    lasting interval, by_request boolean, at timestamptz, wanted uuid[], out outcome text,
    out run_id uuid, out fence bigint, out as_of timestamptz, out retry_at timestamptz,
    out error_summary text)
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    lease_name text := private.batch_lease(of_date, of_timezone);
    running boolean;
    daily boolean;
begin
    perform private.require_read_committed();
    if exists (select from matching.timezone_names where name = of_timezone) then
        insert into matching.leases (name) values (lease_name) on conflict (name) do nothing;
        perform from matching.leases where name = lease_name for update;
    end if;
    select coalesce(bool_or(r.status = 'running'), false), coalesce(bool_or(r.scope is null), false)
    into running, daily
    from matching.runs as r where r.batch_date = of_date and r.timezone = of_timezone;
    select c.* into outcome, run_id, fence, as_of, retry_at, error_summary
    from matching.claim_batch(of_date, of_timezone, by_holder, lasting,
        by_request or not (running or daily), at) as c;
    if outcome <> 'leading' then
        return;
    end if;
    if not running then
        update matching.runs set scope = wanted, requested = by_request where id = run_id;
    elsif by_request then
        update matching.runs as r
        set scope = case when wanted is null then null
                         else array(select distinct unnest(r.scope || wanted) order by 1) end
        where r.id = run_id and r.scope is not null;
    end if;
end
$$;
comment on function matching.claim_run(date, text, text, interval, boolean, timestamptz, uuid[]) is
    'Asks to lead a batch for the wanted viewers (null: all). Outcomes as claim_batch has them.';

-- As describe_run, which keeps what was asked for where it goes on as another run.
create function matching.begin_run(of_run uuid, of_fence bigint, digest text, engine text,
    contract text, anchor boolean, people_count bigint, viewer_count bigint)
returns uuid
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    going uuid := matching.describe_run(of_run, of_fence, digest, engine, contract, anchor,
        people_count, viewer_count);
begin
    if going <> of_run then
        update matching.runs
        set scope = (select scope from matching.runs where id = of_run) where id = going;
    end if;
    return going;
end
$$;

-- Viewers with a ledger row of the run's batch that is still open.
create function matching.open_viewers(of_run uuid) returns table (user_id uuid)
language sql stable security definer set search_path = '' set row_security = on
as $$
    select distinct j.user_id
    from matching.runs as r
    join public.matchmaking_jobs as j on j.batch_date = r.batch_date and j.timezone = r.timezone
    where r.id = of_run and j.status = 'running'
$$;

create function matching.run_scope(of_run uuid) returns uuid[]
language sql stable security definer set search_path = '' set row_security = on
as $$ select scope from matching.runs where id = of_run $$;

-- Who has been served on a date: the completed rows of these jobs, in whatever time zone.
create function matching.served_viewers(of_date date, job_types text[])
returns table (user_id uuid)
language sql stable security definer set search_path = '' set row_security = on
as $$
    select j.user_id
    from public.matchmaking_jobs as j
    where j.batch_date = of_date and j.status = 'completed' and j.job_type = any (job_types)
    group by j.user_id
    having count(distinct j.job_type) = cardinality(job_types)
$$;

grant select (user_id, timezone) on public.profiles to matchd_definer;
grant execute on function matching.describe_run(uuid, bigint, text, text, text, boolean, bigint,
    bigint), matching.claim_batch(date, text, text, interval, boolean, timestamptz)
    to matchd_definer;

grant create on schema matching to matchd_definer;
do $$
declare
    signature text;
begin
    foreach signature in array array['matching.scheduler_clock()',
        'private.local_due(date, time, text)', 'private.zones_in_use()',
        'matching.batches_due(timestamptz)', 'matching.runs_to_take_over()',
        'matching.batches_of(uuid[], timestamptz)',
        'matching.claim_run(date, text, text, interval, boolean, timestamptz, uuid[])',
        'matching.begin_run(uuid, bigint, text, text, text, boolean, bigint, bigint)',
        'matching.open_viewers(uuid)', 'matching.run_scope(uuid)', 'matching.served_viewers(date, text[])']
    loop
        execute format('alter function %s owner to matchd_definer', signature);
        execute format('revoke execute on function %s from public', signature);
    end loop;
end
$$;
revoke create on schema matching from matchd_definer;
grant execute on function matching.scheduler_clock(), matching.batches_due(timestamptz),
    matching.runs_to_take_over(), matching.batches_of(uuid[], timestamptz),
    matching.claim_run(date, text, text, interval, boolean, timestamptz, uuid[]),
    matching.begin_run(uuid, bigint, text, text, text, boolean, bigint, bigint),
    matching.open_viewers(uuid), matching.run_scope(uuid), matching.served_viewers(date, text[])
    to matchd_write;
