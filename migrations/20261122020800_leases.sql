-- Why: who leads a batch. Several daemons ask, one gets the lease, by the database's clock alone,
--   and each new leader a higher fence. The instant t of a batch is fixed when it is first claimed
--   and is that of every run of it.
-- Lock: none that anyone waits for.
-- Time: well under a second.

-- Any lease: the fence if it is free or has run out, null if another holds it.
create function matching.take_lease(of_name text, by_holder text, lasting interval)
returns bigint
language sql volatile security definer set search_path = '' set row_security = on
as $$
    insert into matching.leases as l (name, holder, fence, acquired_at, expires_at)
    values (of_name, by_holder, 1, clock_timestamp(), clock_timestamp() + lasting)
    on conflict (name) do update
        set holder = excluded.holder, fence = l.fence + 1,
            acquired_at = excluded.acquired_at, expires_at = excluded.expires_at
        where l.expires_at <= clock_timestamp()
    returning fence
$$;

-- False: the lease is somebody else's, or ran out, and the holder has to stop.
create function matching.renew_lease(of_name text, of_fence bigint, lasting interval)
returns boolean
language sql volatile security definer set search_path = '' set row_security = on
as $$
    with renewed as (
        update matching.leases set expires_at = clock_timestamp() + lasting
        where name = of_name and fence = of_fence and expires_at > clock_timestamp()
        returning 1
    )
    select exists (select from renewed)
$$;

create function matching.release_lease(of_name text, of_fence bigint) returns boolean
language sql volatile security definer set search_path = '' set row_security = on
as $$
    with released as (
        update matching.leases set holder = null, expires_at = '-infinity'
        where name = of_name and fence = of_fence
        returning 1
    )
    select exists (select from released)
$$;

create function private.batch_lease(of_date date, of_timezone text) returns text
language sql immutable set search_path = ''
as $$ select format('batch %s %s', to_char(of_date, 'YYYY-MM-DD'), of_timezone) $$;

-- How long a new leader waits after the lease of a dead one ran out: not at all the first time,
-- then 1, 2, 4, 8, at most 15 seconds. Progress sets it back.
create function private.takeover_pause(takeovers integer) returns interval
language sql immutable set search_path = ''
as $$
    select case when takeovers < 1 then interval '0'
                else least(2 ^ least(takeovers - 1, 4), 15) * interval '1 second' end
$$;

-- A run of the batch is to be had: the running one without a leader, or a new one. Says in outcome
-- why not: 'led' by another, 'waiting' until retry_at, or over: 'completed', 'failed', 'cancelled'.
create function private.pick_run(of_date date, of_timezone text, by_request boolean,
    lease matching.leases, at timestamptz, out outcome text, out run_id uuid)
language plpgsql volatile set search_path = ''
as $$
declare
    died boolean := lease.holder is not null;
    chosen matching.runs%rowtype;
begin
    select * into chosen from matching.runs
    where batch_date = of_date and timezone = of_timezone
    order by (status = 'running') desc, started_at desc, id limit 1;
    if chosen.id is null then
        outcome := 'new';
    elsif chosen.status <> 'running' then
        outcome := case when by_request then 'new' else chosen.status end;
    elsif lease.expires_at > clock_timestamp() then
        outcome := 'led';
    elsif not by_request and (chosen.not_before > clock_timestamp() or (died
        and lease.expires_at + private.takeover_pause(chosen.takeovers) > clock_timestamp())) then
        outcome := 'waiting';
    else
        outcome := 'leading';
        update matching.runs set takeovers = takeovers + died::integer,
            requested = requested or by_request
        where id = chosen.id returning * into chosen;
    end if;
    if outcome = 'new' then
        outcome := 'leading';
        insert into matching.runs (batch_date, timezone, requested, as_of)
        select of_date, of_timezone, by_request, coalesce((
            select as_of from matching.runs where batch_date = of_date and timezone = of_timezone
            order by started_at, id limit 1), at, clock_timestamp())
        returning * into chosen;
    end if;
    run_id := chosen.id;
end
$$;

-- Asks to lead the batch. With outcome 'leading' the caller has the lease, with this fence.
create function matching.claim_batch(of_date date, of_timezone text, by_holder text,
    lasting interval, by_request boolean default false, at timestamptz default null,
    out outcome text, out run_id uuid, out fence bigint, out as_of timestamptz,
    out retry_at timestamptz, out error_summary text)
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    lease matching.leases%rowtype;
    run matching.runs%rowtype;
    picked record;
    lease_name text := private.batch_lease(of_date, of_timezone);
begin
    perform private.require_read_committed();
    if not exists (select from matching.timezone_names where name = of_timezone) then
        raise exception 'unknown time zone "%"', of_timezone
            using errcode = 'PT400', detail = 'timezone',
                  hint = 'Expected an IANA name such as Europe/London.';
    end if;
    if of_date is null or not isfinite(of_date) or by_holder is null or lasting is null then
        raise exception 'expected a date, a holder and a duration' using errcode = 'PT400';
    end if;
    insert into matching.leases (name) values (lease_name) on conflict (name) do nothing;
    select * into strict lease from matching.leases where name = lease_name for update;
    picked := private.pick_run(of_date, of_timezone, by_request, lease, at);
    outcome := picked.outcome;
    select r.* into strict run from matching.runs as r where r.id = picked.run_id;
    run_id := run.id;
    as_of := run.as_of;
    error_summary := run.error_summary;
    if outcome = 'waiting' then
        retry_at := greatest(run.not_before,
            lease.expires_at + private.takeover_pause(run.takeovers));
    end if;
    if outcome = 'leading' then
        update matching.leases as l
        set holder = by_holder, fence = l.fence + 1, acquired_at = clock_timestamp(),
            expires_at = clock_timestamp() + lasting
        where name = lease_name returning l.fence into fence;
    end if;
end
$$;
comment on function matching.claim_batch(date, text, text, interval, boolean, timestamptz) is
    'Asks to lead a batch. outcome: leading (with run_id, fence, as_of), led, waiting (retry_at), '
    'completed, failed, cancelled. at: t of a batch that has none yet.';

-- The run, if the caller still leads it.
create function private.led_run(of_run uuid, of_fence bigint) returns matching.runs
language plpgsql stable set search_path = ''
as $$
declare
    run matching.runs%rowtype;
begin
    select r.* into run from matching.runs as r
    join matching.leases as l on l.name = private.batch_lease(r.batch_date, r.timezone)
    where r.id = of_run and r.status = 'running' and l.fence = of_fence
      and l.expires_at > clock_timestamp();
    if run.id is null then
        raise exception 'run % is not led with fence %', of_run, of_fence
            using errcode = 'PT409', detail = 'lease_lost';
    end if;
    return run;
end
$$;

-- The last step of whatever writes for a run: the run, if the caller still leads it, and then until
-- the caller has committed nobody cancels it or takes it over. Who does either before this voids
-- what the caller wrote. So nobody waits for a leader that works, only for one that commits.
create function private.held_run(of_run uuid, of_fence bigint) returns matching.runs
language plpgsql volatile set search_path = ''
as $$
begin
    perform private.require_read_committed();
    perform from matching.leases as l
    join matching.runs as r on l.name = private.batch_lease(r.batch_date, r.timezone)
    where r.id = of_run for key share of l;
    return private.led_run(of_run, of_fence);
end
$$;

create function matching.hold_run(of_run uuid, of_fence bigint) returns void
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
begin
    perform private.held_run(of_run, of_fence);
end
$$;
comment on function matching.hold_run(uuid, bigint) is
    'To be sent together with the commit of a chunk: fails with PT409 if the run is led no more.';

-- The heartbeat of a run. False: stop. Progress forgets earlier takeovers.
create function matching.renew_run(of_run uuid, of_fence bigint, lasting interval,
    done bigint default null)
returns boolean
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    run matching.runs%rowtype;
begin
    select * into run from matching.runs where id = of_run and status = 'running';
    if run.id is null or not matching.renew_lease(
        private.batch_lease(run.batch_date, run.timezone), of_fence, lasting) then
        return false;
    end if;
    if done > run.viewers_done then
        update matching.runs set viewers_done = done, takeovers = 0
        where id = of_run and status = 'running';
    end if;
    return true;
end
$$;

-- What the run computes with. A restart under another configuration or engine is a new run of the
-- same batch, with the same instant, so that each run has one. Returns the run to go on with.
create function matching.describe_run(of_run uuid, of_fence bigint, digest text, engine text,
    contract text, anchor boolean, people_count bigint, viewer_count bigint)
returns uuid
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    run matching.runs%rowtype := private.held_run(of_run, of_fence);
    going uuid := of_run;
begin
    if (run.config_digest, run.engine_version, run.contract_version)
        is distinct from (digest, engine, contract) and run.config_digest is not null then
        update matching.runs set status = 'failed', completed_at = clock_timestamp(),
            error_summary = 'superseded: the configuration or the engine changed'
        where id = of_run;
        insert into matching.runs (batch_date, timezone, requested, as_of, failures, started_at)
        values (run.batch_date, run.timezone, run.requested, run.as_of, run.failures,
            clock_timestamp())
        returning id into going;
    end if;
    update matching.runs
    set config_digest = digest, engine_version = engine, contract_version = contract,
        with_anchor = anchor, people = people_count, viewers = viewer_count
    where id = going;
    return going;
end
$$;

grant select, insert, update on matching.leases to matchd_definer;

grant create on schema matching to matchd_definer;
do $$
declare
    signature text;
begin
    foreach signature in array array['matching.take_lease(text, text, interval)',
        'matching.renew_lease(text, bigint, interval)', 'matching.release_lease(text, bigint)',
        'private.batch_lease(date, text)', 'private.takeover_pause(integer)',
        'private.pick_run(date, text, boolean, matching.leases, timestamptz)',
        'matching.claim_batch(date, text, text, interval, boolean, timestamptz)',
        'private.led_run(uuid, bigint)', 'private.held_run(uuid, bigint)',
        'matching.hold_run(uuid, bigint)', 'matching.renew_run(uuid, bigint, interval, bigint)',
        'matching.describe_run(uuid, bigint, text, text, text, boolean, bigint, bigint)']
    loop
        execute format('alter function %s owner to matchd_definer', signature);
        execute format('revoke execute on function %s from public', signature);
    end loop;
end
$$;
revoke create on schema matching from matchd_definer;
grant execute on function matching.take_lease(text, text, interval),
    matching.renew_lease(text, bigint, interval), matching.release_lease(text, bigint),
    matching.claim_batch(date, text, text, interval, boolean, timestamptz),
    matching.hold_run(uuid, bigint), matching.renew_run(uuid, bigint, interval, bigint),
    matching.describe_run(uuid, bigint, text, text, text, boolean, bigint, bigint)
    to matchd_write;
