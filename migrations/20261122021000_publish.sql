-- Why: publishing a chunk of viewers: offers, what they were computed from, the completed ledger
--   rows and the announcements, in one transaction and a few statements, whatever the number of
--   viewers. Whoever commits a block, report, match, ban or deletion of people of the chunk does
--   so before it locks them, and is seen, or after it commits, and sees its offers.
-- Lock: none that anyone waits for.
-- Time: well under a second.

-- Of these people, who are locked and active: who may not be offered or receive offers now.
create function private.barred_people(people uuid[]) returns uuid[]
language sql volatile set search_path = ''
as $$
    select array(
        select user_id from public.enforcement_actions
        where user_id = any (people) and is_active
          and action_type in ('temporary_suspension', 'permanent_ban', 'device_ban')
          and (expires_at is null or expires_at > clock_timestamp())
        union all
        select user_id from public.data_deletion_requests
        where user_id = any (people)
          and status in ('in_grace_period', 'processing', 'completed'))
$$;

-- With one of these viewers on a side: pairs that a block, a report or a match keeps apart.
create function private.parted_pairs(viewers uuid[])
returns table (one uuid, other uuid)
language sql volatile set search_path = ''
as $$
    select blocker_id, blocked_id from public.blocks where blocker_id = any (viewers)
    union all
    select blocked_id, blocker_id from public.blocks where blocked_id = any (viewers)
    union all
    select reporter_id, reported_user_id from public.reports
    where reporter_id = any (viewers) and status <> 'dismissed' and reported_user_id is not null
    union all
    select reported_user_id, reporter_id from public.reports
    where reported_user_id = any (viewers) and status <> 'dismissed'
    union all
    select user_id_1, user_id_2 from public.matches where user_id_1 = any (viewers)
    union all
    select user_id_2, user_id_1 from public.matches where user_id_2 = any (viewers)
$$;

-- Staged rows of a chunk, with a number of rows that the planner can go by: there are no statistics
-- of rows that came a moment ago. Volatile, so that they stay functions to the planner.
create function private.staged_jobs_of(of_run uuid, of_chunk integer)
returns setof matching.staged_jobs
language sql volatile rows 1000 set search_path = ''
as $$ select * from matching.staged_jobs where run_id = of_run and chunk = of_chunk $$;

-- What the ledger says of each viewer. Made as text, which is half the work of jsonb_agg.
create function private.staged_lists_of(of_run uuid, of_chunk integer)
returns table (user_id uuid, job_type text, list jsonb)
language sql volatile rows 1000 set search_path = ''
as $$
    select user_id, job_type, ('[' || string_agg('{"id":"' || offer_id || '","user":"'
        || offered_user_id || '","final":' || final || ',"rank":' || rank || '}', ',')
        || ']')::jsonb
    from (select * from matching.staged_offers where run_id = of_run and chunk = of_chunk
          order by user_id, job_type, rank) as s
    group by user_id, job_type
$$;

-- Takes out of the chunk what may not be written, and returns how many offers that was. Of the
-- people wanted those that are active are locked: the statement that locks them looks at the row
-- as it is then, so whoever waited for a change of status sees it.
create function private.drop_barred(of_run uuid, of_chunk integer, viewers uuid[],
    candidates uuid[])
returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    wanted uuid[] := array(select distinct id from unnest(viewers || candidates) as w (id));
    people uuid[] := array(
        select id from public.users
        where id = any (wanted) and status = 'active' and deleted_at is null
        order by id for share);
    barred uuid[] := private.barred_people(people);
    parted_ones uuid[];
    parted_others uuid[];
    dropped integer := 0;
begin
    if cardinality(people) < cardinality(wanted) then
        barred := barred || array(select unnest(wanted) except select unnest(people));
    end if;
    select coalesce(array_agg(one), '{}'), coalesce(array_agg(other), '{}')
    into parted_ones, parted_others from private.parted_pairs(viewers);
    if barred || parted_ones <> '{}' then
        delete from matching.staged_offers as s
        where s.run_id = of_run and s.chunk = of_chunk
          and (s.user_id in (select unnest(barred))
               or s.offered_user_id in (select unnest(barred))
               or (s.user_id, s.offered_user_id) in (
                    select one, other from unnest(parted_ones, parted_others) as p (one, other)));
        get diagnostics dropped = row_count;
    end if;
    return dropped;
end
$$;

-- Completes the ledger rows whose fence still holds, with the offers that the chunk has for them,
-- and announces those that have any. Rows of this call have its stamp: when it is called again with
-- it they are written, and announced, anew. Only when told to be careful it looks for people who
-- were served in another time zone: else their completed row, of which there may be one, violates
-- the unique index.
-- The planner has no statistics of a batch that has just begun. It gets the keys as an array, and
-- what it could misjudge stands in a CASE, which it takes for half of the rows, so that its one
-- plan looks rows up by key and joins by hash, whatever the tables hold.
create function private.complete_fenced(run matching.runs, of_chunk integer, jobs uuid[],
    stamp timestamptz, careful boolean)
returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
    completed integer;
begin
    with done as (
        update public.matchmaking_jobs as j
        set status = 'completed', completed_at = stamp, error_summary = null,
            offers = coalesce(l.list, '[]')
        from private.staged_jobs_of(run.id, of_chunk) as v
        left join private.staged_lists_of(run.id, of_chunk) as l
          on l.user_id = v.user_id and l.job_type = v.job_type
        where j.id = any (jobs) and j.id = v.job_id and case
            when j.batch_date = run.batch_date and j.timezone = run.timezone
                and j.attempt_count = v.attempt
                and (j.status = 'running' or j.completed_at = stamp)
            then not careful or (
                select count(*) from public.matchmaking_jobs as c
                where c.user_id = v.user_id and c.batch_date = run.batch_date
                  and c.job_type = v.job_type and c.status = 'completed'
                  and c.id <> v.job_id) = 0
            else false end
        returning j.user_id, j.job_type, j.offers
    ), announced as (
        insert into matching.outbox (event_type, user_id, payload)
        select 'offers_published', user_id, jsonb_build_object('batch_date', run.batch_date,
            'job_type', job_type, 'offers', offers)
        from done where offers <> '[]'
    )
    select count(*) into completed from done;
    return completed;
end
$$;

create function private.complete_jobs(run matching.runs, of_chunk integer, jobs uuid[],
    stamp timestamptz)
returns integer
language plpgsql volatile set search_path = ''
as $$
begin
    return private.complete_fenced(run, of_chunk, jobs, stamp, false);
exception when unique_violation then
    return private.complete_fenced(run, of_chunk, jobs, stamp, true);
end
$$;

-- Rows of the chunk that are not this call's any more: another leader has them, they are over, or
-- their person was served in another time zone, which their row then says.
create function private.drop_lost(run matching.runs, of_chunk integer, stamp timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
    delete from matching.staged_offers as s
    using matching.staged_jobs as v
    where s.run_id = run.id and s.chunk = of_chunk and v.run_id = run.id and v.chunk = of_chunk
      and v.user_id = s.user_id and v.job_type = s.job_type
      and not exists (
        select from public.matchmaking_jobs as j
        where j.id = v.job_id and j.status = 'completed' and j.completed_at = stamp);
    update public.matchmaking_jobs as j
    set status = 'failed', error_summary = 'completed in time zone ' || c.timezone
    from matching.staged_jobs as v, public.matchmaking_jobs as c
    where v.run_id = run.id and v.chunk = of_chunk
      and j.id = v.job_id and j.status = 'running' and j.attempt_count = v.attempt
      and c.user_id = v.user_id and c.batch_date = run.batch_date
      and c.job_type = v.job_type and c.status = 'completed';
end
$$;

-- Runs an insert of staged rows: $1 is the run, $2 the chunk. ON CONFLICT looks each row up in
-- every unique index first, a tenth of all publishing: it is left to the chunk that needs it.
create function private.insert_staged(statement text, run matching.runs, of_chunk integer)
returns integer
language plpgsql volatile set search_path = ''
as $$
declare
    written integer;
begin
    begin
        execute statement using run, of_chunk;
        get diagnostics written = row_count;
    exception when unique_violation then
        execute statement || ' on conflict do nothing' using run, of_chunk;
        get diagnostics written = row_count;
    end;
    return written;
end
$$;

create function private.write_offers(run matching.runs, of_chunk integer) returns integer
language sql volatile set search_path = ''
as $$
    select private.insert_staged('
        insert into public.match_offers (id, user_id, offered_user_id, batch_date,
            batch_generated_at, compatibility_score, physical_preference_score,
            compatibility_themes, status, offered_at, expires_at)
        select offer_id, user_id, offered_user_id, $1.batch_date, $1.as_of,
            compatibility_score, physical_preference_score, compatibility_themes, ''offered'',
            $1.as_of, expires_at
        from matching.staged_offers where run_id = $1.id and chunk = $2', run, of_chunk)
$$;

create function private.write_details(run matching.runs, of_chunk integer) returns integer
language sql volatile set search_path = ''
as $$
    select private.insert_staged('
        insert into matching.offer_details
            (offer_id, run_id, raw, viewer_inputs, candidate_inputs)
        select offer_id, $1.id, raw, viewer_inputs, candidate_inputs
        from matching.staged_offers where run_id = $1.id and chunk = $2', run, of_chunk)
$$;

-- Offers of the chunk that stand already under another id (the pair and the date are unique) are
-- taken out, and what was said of the viewers is said again.
create function private.take_back(run matching.runs, of_chunk integer, jobs uuid[],
    viewers uuid[], stamp timestamptz)
returns void
language plpgsql volatile set search_path = ''
as $$
begin
    delete from matching.staged_offers as s
    where s.run_id = run.id and s.chunk = of_chunk
      and not exists (select from public.match_offers as o where o.id = s.offer_id);
    delete from matching.outbox
    where event_type = 'offers_published' and user_id = any (viewers) and at = now();
    perform private.complete_jobs(run, of_chunk, jobs, stamp);
end
$$;

-- Statement by statement, each with a snapshot of its own: the people are locked, what keeps them
-- apart is read and taken out, then the rest is written. A ledger row that another leader claimed
-- since, or that is completed, is lost: nothing of it is written.
create function matching.publish_chunk(of_run uuid, of_fence bigint, of_chunk integer,
    out completed integer, out offers integer, out dropped integer, out lost integer)
language plpgsql volatile security definer set search_path = '' set row_security = on
    set enable_seqscan = off
as $$
declare
    run matching.runs%rowtype;
    stamp timestamptz := clock_timestamp();
    jobs uuid[];
    viewers uuid[];
    candidates uuid[] := array(
        select offered_user_id from matching.staged_offers
        where run_id = of_run and chunk = of_chunk);
    staged integer := cardinality(candidates);
begin
    perform private.require_read_committed();
    run := private.led_run(of_run, of_fence);
    select array_agg(job_id), array_agg(user_id) into jobs, viewers
    from private.staged_jobs_of(of_run, of_chunk);
    dropped := private.drop_barred(of_run, of_chunk, viewers, candidates);
    completed := private.complete_jobs(run, of_chunk, jobs, stamp);
    lost := coalesce(cardinality(jobs), 0) - completed;
    if lost > 0 then
        perform private.drop_lost(run, of_chunk, stamp);
        dropped := staged - (select count(*) from matching.staged_offers
                             where run_id = of_run and chunk = of_chunk);
    end if;
    offers := private.write_offers(run, of_chunk);
    if offers < staged - dropped then
        perform private.take_back(run, of_chunk, jobs, viewers, stamp);
        dropped := staged - offers;
    end if;
    perform private.write_details(run, of_chunk);
    delete from matching.staged_offers where run_id = of_run and chunk = of_chunk;
    delete from matching.staged_jobs where run_id = of_run and chunk = of_chunk;
end
$$;
comment on function matching.publish_chunk(uuid, bigint, integer) is
    'Publishes what was staged as a chunk of a run: completed ledger rows, offers written, staged '
    'offers that were not, ledger rows lost to another leader. 40P01, 23505, 55P03: again.';

grant create on schema matching to matchd_definer;
do $$
declare
    signature text;
begin
    foreach signature in array array['private.barred_people(uuid[])',
        'private.staged_jobs_of(uuid, integer)', 'private.staged_lists_of(uuid, integer)',
        'private.parted_pairs(uuid[])', 'private.drop_barred(uuid, integer, uuid[], uuid[])',
        'private.complete_fenced(matching.runs, integer, uuid[], timestamptz, boolean)',
        'private.complete_jobs(matching.runs, integer, uuid[], timestamptz)',
        'private.insert_staged(text, matching.runs, integer)',
        'private.drop_lost(matching.runs, integer, timestamptz)',
        'private.write_offers(matching.runs, integer)',
        'private.write_details(matching.runs, integer)',
        'private.take_back(matching.runs, integer, uuid[], uuid[], timestamptz)',
        'matching.publish_chunk(uuid, bigint, integer)']
    loop
        execute format('alter function %s owner to matchd_definer', signature);
        execute format('revoke execute on function %s from public', signature);
    end loop;
end
$$;
revoke create on schema matching from matchd_definer;
grant execute on function matching.publish_chunk(uuid, bigint, integer) to matchd_write;
