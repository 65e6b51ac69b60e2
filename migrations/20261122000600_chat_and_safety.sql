-- Why: Messages of a match, reports, blocks, moderation and enforcement.
-- Tables: messages, typing_indicators, reports, blocks, moderation_queue, enforcement_actions.
-- Lock: the objects are new, a foreign key takes SHARE ROW EXCLUSIVE on its target.
-- Time: well under a second.

create table public.messages (
    id uuid primary key default gen_random_uuid(),
    match_id uuid not null references public.matches (id) on delete cascade,
    sender_id uuid not null references public.users (id),
    content text not null check (char_length(content) <= 2000),
    client_message_id text not null,
    status text not null default 'sent'
        check (status in ('sent', 'delivered', 'read', 'failed')),
    created_at timestamptz not null default now(),
    read_at timestamptz,
    deleted_at timestamptz,
    unique (match_id, client_message_id)
);
comment on table public.messages is
    'Messages of a match. client_message_id makes sending idempotent.';
create index idx_messages_match on public.messages (match_id, created_at desc);
create index idx_messages_sender on public.messages (sender_id);

create table public.typing_indicators (
    match_id uuid not null references public.matches (id) on delete cascade,
    user_id uuid not null references public.users (id) on delete cascade,
    is_typing boolean not null default true,
    updated_at timestamptz not null default now(),
    primary key (match_id, user_id)
);
comment on table public.typing_indicators is
    'Who is typing in which match.';

create table public.reports (
    id uuid primary key default gen_random_uuid(),
    reporter_id uuid not null references public.users (id),
    reported_user_id uuid references public.users (id),
    reported_message_id uuid references public.messages (id),
    reported_match_id uuid references public.matches (id),
    type text not null check (type in ('user', 'message', 'match')),
    category text not null
        check (category in ('harassment', 'inappropriate_content', 'scam', 'violence',
            'self_harm', 'child_safety', 'other')),
    severity text not null default 'standard'
        check (severity in ('critical', 'high', 'standard')),
    description text check (char_length(description) <= 2000),
    evidence_ids uuid[],
    status text not null default 'pending'
        check (status in ('pending', 'in_review', 'resolved', 'dismissed')),
    created_at timestamptz not null default now(),
    resolved_at timestamptz,
    resolution text,
    action_taken text
        check (action_taken in ('warning', 'content_removed', 'suspended', 'banned',
            'dismissed')),
    -- names the reporter in a replicated DELETE
    unique (reporter_id, id)
);
comment on table public.reports is
    'What people report about others. Reported people never learn of it.';
create index idx_reports_created on public.reports (created_at desc);
create index idx_reports_reported_user on public.reports (reported_user_id);
-- idx_reports_reporter: covered by unique (reporter_id, id)
create index idx_reports_status on public.reports (status, severity);

create table public.blocks (
    id uuid primary key default gen_random_uuid(),
    blocker_id uuid not null references public.users (id) on delete cascade,
    blocked_id uuid not null references public.users (id) on delete cascade,
    reason text check (reason in ('inappropriate', 'harassment', 'no_reason')),
    created_at timestamptz not null default now(),
    unique (blocker_id, blocked_id)
);
comment on table public.blocks is
    'Who does not want to meet whom. Only the blocker sees the row.';
create index idx_blocks_blocked on public.blocks (blocked_id);
-- idx_blocks_blocker: covered by unique (blocker_id, blocked_id)

create table public.moderation_queue (
    id uuid primary key default gen_random_uuid(),
    report_id uuid references public.reports (id),
    severity text not null check (severity in ('critical', 'high', 'standard')),
    status text not null default 'pending'
        check (status in ('pending', 'in_review', 'resolved')),
    assigned_to uuid,
    sla_deadline timestamptz not null,
    created_at timestamptz not null default now(),
    in_review_at timestamptz,
    resolved_at timestamptz,
    resolution_notes text,
    check (sla_deadline > created_at)
);
comment on table public.moderation_queue is
    'Reports waiting for a moderator, with a deadline.';
create index idx_mod_queue_assigned on public.moderation_queue (assigned_to);
create index idx_mod_queue_deadline on public.moderation_queue (sla_deadline);
create index idx_mod_queue_status on public.moderation_queue (status, severity);

create table public.enforcement_actions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id),
    action_type text not null
        check (action_type in ('warning', 'content_removed', 'temporary_suspension',
            'permanent_ban', 'device_ban')),
    duration_days integer,
    reason text not null,
    report_id uuid references public.reports (id),
    enacted_by uuid not null,
    enacted_at timestamptz not null default now(),
    expires_at timestamptz,
    is_active boolean not null default true,
    -- names the person in a replicated DELETE
    unique (user_id, id)
);
comment on table public.enforcement_actions is
    'Warnings, suspensions and bans.';
create index idx_enforcement_active on public.enforcement_actions (user_id) where is_active;
-- idx_enforcement_user: covered by unique (user_id, id)
