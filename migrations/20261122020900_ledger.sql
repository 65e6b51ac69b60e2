-- Why: the ledger of a run: rows claimed, failed, cancelled, and the run's end. attempt_count of a
--   row is its fence: who claims it again raises it, and publishing with an older one does nothing.
-- Lock: none that anyone waits for.
-- Time: well under a second.

-- Claims the ledger rows of these viewers: new ones, those of a leader that died, and failed ones
-- with fewer than three failed attempts (or any, if a person asked). Whoever has a completed row
-- of the date and job, in whatever time zone, is left out. Returns what the caller may publish.
create function matching.claim_viewers(of_run uuid, of_fence bigint, viewers uuid[],
    job_types text[])
returns table (job_id uuid, user_id uuid, job_type text, attempt integer)
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
#variable_conflict use_column
declare
    run matching.runs%rowtype := private.led_run(of_run, of_fence);
begin
    return query
    insert into public.matchmaking_jobs as j
        (batch_date, timezone, user_id, job_type, status, idempotency_key)
    select run.batch_date, run.timezone, u.id, t.type, 'running',
        concat_ws(':', to_char(run.batch_date, 'YYYY-MM-DD'), run.timezone, u.id, t.type)
    from public.users as u, unnest(job_types) as t (type)
    where u.id = any (viewers)
      and not exists (
        select from public.matchmaking_jobs as c
        where c.user_id = u.id and c.batch_date = run.batch_date and c.job_type = t.type
          and c.status = 'completed')
    order by u.id, t.type
    on conflict (batch_date, timezone, user_id, job_type) do update
        set status = 'running', attempt_count = j.attempt_count + 1,
            started_at = excluded.started_at, error_summary = null
        where j.status = 'running' or (j.status = 'failed' and (run.requested or coalesce((
            select f.failures from matching.job_failures as f where f.job_id = j.id), 0) < 3))
    returning j.id, j.user_id, j.job_type, j.attempt_count;
    -- whoever ends the run, or takes it over, sees these rows
    perform private.held_run(of_run, of_fence);
end
$$;
comment on function matching.claim_viewers(uuid, bigint, uuid[], text[]) is
    'Claims ledger rows of a run. Returns those to publish, with their fence (attempt).';

create function private.fail_jobs(jobs uuid[], why text, counts boolean) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
    failed integer;
begin
    with changed as (
        update public.matchmaking_jobs
        set status = 'failed', error_summary = left(why, 500)
        where id = any (jobs) and status = 'running'
        returning id
    ), counted as (
        insert into matching.job_failures as f (job_id)
        select id from changed where counts
        on conflict (job_id) do update set failures = f.failures + 1
    )
    select count(*) into failed from changed;
    return failed;
end
$$;

create function private.open_jobs(run matching.runs) returns uuid[]
language sql volatile set search_path = ''
as $$
    select array(
        select id from public.matchmaking_jobs
        where batch_date = run.batch_date and timezone = run.timezone and status = 'running'
        order by user_id, job_type for update)
$$;

-- These viewers could not be served: their rows failed, and may be claimed again.
create function matching.fail_viewers(of_run uuid, of_fence bigint, viewers uuid[], why text)
returns integer
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    run matching.runs%rowtype := private.led_run(of_run, of_fence);
    failed integer := private.fail_jobs(array(
        select id from public.matchmaking_jobs
        where batch_date = run.batch_date and timezone = run.timezone
          and user_id = any (viewers) and status = 'running'
        order by user_id, job_type for update), why, true);
begin
    perform private.held_run(of_run, of_fence);
    return failed;
end
$$;

-- The run cannot go on: its open rows failed. Up to the third time it may be claimed again after
-- the pause, which the caller draws with jitter. Returns the status of the run.
create function matching.fail_run(of_run uuid, of_fence bigint, why text, pause interval)
returns text
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    run matching.runs%rowtype := private.led_run(of_run, of_fence);
begin
    perform private.fail_jobs(private.open_jobs(run), why, true);
    run := private.held_run(of_run, of_fence);
    perform matching.release_lease(
        private.batch_lease(run.batch_date, run.timezone), of_fence);
    update matching.runs
    set failures = failures + 1, error_summary = left(why, 500),
        not_before = clock_timestamp() + pause,
        status = case when failures + 1 < 3 then 'running' else 'failed' end,
        completed_at = case when failures + 1 < 3 then null else clock_timestamp() end
    where id = of_run returning * into run;
    return run.status;
end
$$;

-- Every viewer is served. What is known by now about the run is kept with it.
create function matching.finish_run(of_run uuid, of_fence bigint, done bigint, gender bigint,
    passed bigint, bounded_away bigint, scored bigint, timing jsonb, proof jsonb)
returns bigint
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    run matching.runs%rowtype := private.led_run(of_run, of_fence);
    open integer := cardinality(private.open_jobs(run));
    written bigint;
begin
    if open > 0 then
        raise exception 'run % has % open ledger rows', of_run, open
            using errcode = 'PT409', detail = 'open_rows';
    end if;
    select count(*) into written from matching.offer_details where run_id = of_run;
    run := private.held_run(of_run, of_fence);
    perform matching.release_lease(
        private.batch_lease(run.batch_date, run.timezone), of_fence);
    update matching.runs
    set status = 'completed', completed_at = clock_timestamp(), viewers_done = done,
        gender_pairs = gender, eligible = passed, bounded = bounded_away, canonical = scored,
        offers = written, timings = coalesce(timing, '{}'), certificate = proof,
        error_summary = null
    where id = of_run;
    return written;
end
$$;

-- Open ledger rows of a cancelled run failed. Rows that its leader is writing are left, since what
-- it writes is void: they are open again when it has noticed. Who calls has the lease locked.
create function private.settle_run(run matching.runs) returns void
language plpgsql volatile set search_path = ''
as $$
begin
    perform private.fail_jobs(array(
        select id from public.matchmaking_jobs
        where batch_date = run.batch_date and timezone = run.timezone and status = 'running'
        order by user_id, job_type for update skip locked), 'cancelled', false);
    update matching.runs
    set unsettled = exists (
        select from public.matchmaking_jobs
        where batch_date = run.batch_date and timezone = run.timezone and status = 'running')
    where id = run.id;
end
$$;

-- To be called now and then: rows that a cancellation could not end. A later run of the same batch
-- has them now, and where it leaves any they are ended after it.
create function matching.settle_runs() returns integer
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    run matching.runs%rowtype;
begin
    perform private.require_read_committed();
    for run in select * from matching.runs where unsettled order by id loop
        perform from matching.leases
        where name = private.batch_lease(run.batch_date, run.timezone) for update skip locked;
        if found and not exists (
            select from matching.runs as r
            where r.batch_date = run.batch_date and r.timezone = run.timezone
              and r.status = 'running') then
            perform private.settle_run(run);
        end if;
    end loop;
    return (select count(*) from matching.runs where unsettled);
end
$$;
comment on function matching.settle_runs() is
    'Ends open ledger rows of cancelled runs. Returns how many runs have some left.';

-- Ends a run whoever leads it: its open rows failed with `cancelled`, its leader's fence is void.
-- It waits for no row that the leader holds while it works: only for a commit under way.
create function matching.cancel_run(of_run uuid) returns boolean
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    run matching.runs%rowtype;
begin
    perform private.require_read_committed();
    select * into run from matching.runs where id = of_run;
    if run.id is null then
        raise exception 'run not found' using errcode = 'PT404', detail = 'not_found';
    end if;
    perform from matching.leases
    where name = private.batch_lease(run.batch_date, run.timezone) for update;
    update matching.leases set holder = null, expires_at = '-infinity', fence = fence + 1
    where name = private.batch_lease(run.batch_date, run.timezone)
      and exists (select from matching.runs where id = of_run and status = 'running');
    update matching.runs
    set status = 'cancelled', completed_at = clock_timestamp(), error_summary = 'cancelled'
    where id = of_run and status = 'running' returning * into run;
    if not found then
        return false;
    end if;
    perform private.settle_run(run);
    return true;
end
$$;

create index idx_offer_details_run on matching.offer_details (run_id);
grant select, insert, update (status, offers, attempt_count, started_at, completed_at,
    error_summary) on public.matchmaking_jobs to matchd_definer;

grant create on schema matching to matchd_definer;
do $$
declare
    signature text;
begin
    foreach signature in array array[
        'matching.claim_viewers(uuid, bigint, uuid[], text[])',
        'private.fail_jobs(uuid[], text, boolean)', 'private.open_jobs(matching.runs)',
        'matching.fail_viewers(uuid, bigint, uuid[], text)',
        'matching.fail_run(uuid, bigint, text, interval)',
        'matching.finish_run(uuid, bigint, bigint, bigint, bigint, bigint, bigint, jsonb, jsonb)',
        'private.settle_run(matching.runs)', 'matching.settle_runs()',
        'matching.cancel_run(uuid)']
    loop
        execute format('alter function %s owner to matchd_definer', signature);
        execute format('revoke execute on function %s from public', signature);
    end loop;
end
$$;
revoke create on schema matching from matchd_definer;
grant execute on function matching.claim_viewers(uuid, bigint, uuid[], text[]),
    matching.fail_viewers(uuid, bigint, uuid[], text),
    matching.fail_run(uuid, bigint, text, interval),
    matching.finish_run(uuid, bigint, bigint, bigint, bigint, bigint, bigint, jsonb, jsonb),
    matching.settle_runs(), matching.cancel_run(uuid) to matchd_write;
