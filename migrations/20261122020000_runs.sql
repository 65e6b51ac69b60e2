-- Why: what a batch leaves behind beside its offers: the run and its numbers, the lease by which
--   one daemon at a time leads it, failed attempts, rows staged for publishing, and the exact
--   score and inputs of each offer. A person has one completed ledger row a date and job, whatever
--   time zones they passed through.
-- Lock: SHARE on matchmaking_jobs and match_offers (writes wait) while an index each is built.
-- Time: well under a second on an empty database, a second a million rows.

create table matching.runs (
    id uuid primary key default gen_random_uuid(),
    batch_date date not null,
    timezone text not null,
    status text not null default 'running'
        check (status in ('running', 'completed', 'failed', 'cancelled')),
    requested boolean not null default false,
    with_anchor boolean not null default false,
    as_of timestamptz not null check (isfinite(as_of)),
    config_digest text,
    engine_version text,
    contract_version text,
    people bigint,
    viewers bigint,
    viewers_done bigint not null default 0,
    gender_pairs bigint,
    eligible bigint,
    bounded bigint,
    canonical bigint,
    offers bigint not null default 0,
    timings jsonb not null default '{}',
    certificate jsonb,
    failures integer not null default 0,
    takeovers integer not null default 0,
    not_before timestamptz not null default '-infinity',
    unsettled boolean not null default false,
    error_summary text,
    started_at timestamptz not null default now(),
    completed_at timestamptz,
    check ((status = 'running') = (completed_at is null))
);
comment on table matching.runs is
    'A run of a batch: its instant t (as_of), what it computed with, its numbers and timings.';
comment on column matching.runs.requested is 'A person asked for it: failed attempts do not count.';
comment on column matching.runs.bounded is 'Eligible pairs discarded under a proven bound.';
comment on column matching.runs.canonical is 'Pairs scored canonically.';
comment on column matching.runs.takeovers is 'Leaders that died since the run last made progress.';
comment on column matching.runs.unsettled is
    'Cancelled while ledger rows were being written: some may be open still. See settle_runs.';
create index idx_runs_unsettled on matching.runs (id) where unsettled;
create unique index idx_runs_one_running on matching.runs (batch_date, timezone)
    where status = 'running';
create index idx_runs_batch on matching.runs (batch_date, timezone, started_at);

-- The database's clock alone decides. A row stays when it is released: its fence only grows.
create table matching.leases (
    name text primary key,
    holder text,
    fence bigint not null default 0,
    acquired_at timestamptz,
    expires_at timestamptz not null default '-infinity'
);
comment on table matching.leases is
    'Who leads what, until when, and the fencing token. holder null: it was given back.';

create table matching.job_failures (
    job_id uuid primary key references public.matchmaking_jobs (id) on delete cascade,
    failures integer not null default 1
);
comment on table matching.job_failures is
    'Failed attempts of a ledger row. Taking over from a dead leader is none.';

-- Rows come by COPY, and go with the chunk that publishes them. They need not outlive a crash: a
-- chunk that was not published is scored again.
create unlogged table matching.staged_jobs (
    run_id uuid not null,
    chunk integer not null,
    job_id uuid not null,
    user_id uuid not null,
    job_type text not null,
    attempt integer not null
);
comment on table matching.staged_jobs is
    'Ledger rows of a chunk that is about to be published, with their fence (attempt_count).';
create index idx_staged_jobs_chunk on matching.staged_jobs (run_id, chunk);
create unlogged table matching.staged_offers (
    run_id uuid not null,
    chunk integer not null,
    user_id uuid not null,
    job_type text not null,
    rank integer not null,
    offer_id uuid not null,
    offered_user_id uuid not null,
    compatibility_score integer not null,
    physical_preference_score integer,
    compatibility_themes text[],
    expires_at timestamptz not null,
    final float8 not null,
    raw float8 not null,
    viewer_inputs bigint[] not null,
    candidate_inputs bigint[] not null
);
comment on table matching.staged_offers is 'Offers of a chunk that is about to be published.';
create index idx_staged_offers_chunk on matching.staged_offers (run_id, chunk);

-- No foreign key: a row names no person, and goes when the offer is erased.
create table matching.offer_details (
    offer_id uuid primary key,
    run_id uuid not null,
    raw float8 not null,
    viewer_inputs bigint[] not null,
    candidate_inputs bigint[] not null
);
comment on table matching.offer_details is
    'What an offer was computed from: the bits of raw, and the XXH3-64 of each group of inputs '
    '(profile, answers, preference, features, trust) of both people.';

create unique index idx_matchmaking_jobs_one_completed
    on public.matchmaking_jobs (user_id, batch_date, job_type) where status = 'completed';
-- the expiry sweep, and nothing else, looks for offers by their end
create index idx_offers_due on public.match_offers (expires_at)
    where status in ('offered', 'accepted');

grant select, insert, update, delete on matching.runs, matching.leases, matching.job_failures
    to matchd_definer;
grant select, delete on matching.staged_jobs, matching.staged_offers to matchd_definer;
grant insert on matching.staged_jobs, matching.staged_offers to matchd_write;
grant select, insert, delete on matching.offer_details to matchd_definer;
grant select on matching.runs, matching.leases, matching.job_failures, matching.offer_details
    to matchd_read;
