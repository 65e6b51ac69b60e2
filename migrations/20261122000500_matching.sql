-- Why: The ledger of matching jobs, the offers, the matches, and the record of every action.
-- Tables: matchmaking_jobs, match_offers, matches, match_offer_audits.
-- Lock: the objects are new, a foreign key takes SHARE ROW EXCLUSIVE on its target.
-- Time: well under a second.

create table public.matchmaking_jobs (
    id uuid primary key default gen_random_uuid(),
    batch_date date not null,
    timezone text not null,
    user_id uuid not null references public.users (id) on delete cascade,
    job_type text not null default 'daily_offers'
        check (job_type in ('daily_offers', 'weekly_anchor')),
    status text not null default 'running'
        check (status in ('running', 'completed', 'failed')),
    offers jsonb,
    attempt_count integer not null default 1 check (attempt_count >= 1),
    idempotency_key text not null unique,
    started_at timestamptz not null default now(),
    completed_at timestamptz,
    error_summary text,
    unique (batch_date, timezone, user_id, job_type)
);
comment on table public.matchmaking_jobs is
    'Ledger of batches: a row a date, timezone, viewer and job. attempt_count is the fence.';
create index idx_matchmaking_jobs_status on public.matchmaking_jobs (status, started_at desc);
create index idx_matchmaking_jobs_user_date
    on public.matchmaking_jobs (user_id, batch_date desc);

create table public.match_offers (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    offered_user_id uuid not null references public.users (id) on delete cascade,
    batch_date date not null,
    batch_generated_at timestamptz not null default now(),
    compatibility_score integer not null
        check (compatibility_score >= 0 and compatibility_score <= 100),
    physical_preference_score integer
        check (physical_preference_score >= 0 and physical_preference_score <= 100),
    compatibility_themes text[],
    status text not null default 'offered'
        check (status in ('offered', 'accepted', 'passed', 'not_now', 'expired', 'matched')),
    offered_at timestamptz not null default now(),
    expires_at timestamptz not null default (now() + interval '6 days'),
    cooldown_until timestamptz,
    action_at timestamptz,
    action_type text check (action_type in ('accept', 'pass', 'not_now')),
    unique (user_id, offered_user_id, batch_date)
);
comment on table public.match_offers is
    'An offer of one person (offered_user_id) to a viewer (user_id) in a batch.';
create index idx_offers_batch on public.match_offers (batch_date);
create index idx_offers_offered_user on public.match_offers (offered_user_id);
create index idx_offers_status on public.match_offers (status);
-- idx_offers_user: covered by unique (user_id, offered_user_id, batch_date)

create table public.matches (
    id uuid primary key default gen_random_uuid(),
    user_id_1 uuid not null references public.users (id) on delete cascade,
    user_id_2 uuid not null references public.users (id) on delete cascade,
    status text not null default 'active' check (status in ('active', 'closed')),
    closed_reason text
        check (closed_reason in ('unmatched', 'blocked', 'deleted', 'expired')),
    closed_by uuid references public.users (id),
    created_at timestamptz not null default now(),
    closed_at timestamptz,
    last_message_at timestamptz,
    check (user_id_1 < user_id_2),
    unique (user_id_1, user_id_2)
);
comment on table public.matches is
    'Two people who accepted each other, as an ordered pair; kept after it closes.';
create index idx_matches_status on public.matches (status);
-- idx_matches_user1: covered by unique (user_id_1, user_id_2)
create index idx_matches_user2 on public.matches (user_id_2);

create table public.match_offer_audits (
    id uuid primary key default gen_random_uuid(),
    offer_id uuid not null references public.match_offers (id),
    user_id uuid not null,
    action text not null check (action in ('accept', 'pass', 'not_now')),
    previous_status text not null,
    new_status text not null,
    idempotency_key text,
    created_at timestamptz not null default now()
);
comment on table public.match_offer_audits is
    'Every action of a person on an offer; append-only.';
create index idx_offer_audits_idempotency on public.match_offer_audits (idempotency_key);
create index idx_offer_audits_offer on public.match_offer_audits (offer_id);
