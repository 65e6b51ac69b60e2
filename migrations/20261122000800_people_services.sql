-- Why: Export and deletion of data, push tokens, notifications, preferences, appeals.
-- Tables: data_export_requests, data_deletion_requests, push_tokens, notifications,
-- user_preferences, appeals.
-- Lock: the objects are new, a foreign key takes SHARE ROW EXCLUSIVE on its target.
-- Time: well under a second.

create table public.data_export_requests (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id),
    status text not null default 'pending'
        check (status in ('pending', 'processing', 'completed', 'expired')),
    request_type text not null check (request_type in ('full_export', 'partial_export')),
    requested_at timestamptz not null default now(),
    completed_at timestamptz,
    download_url text,
    expires_at timestamptz,
    ip_address inet
);
comment on table public.data_export_requests is
    'Requests for a copy of the data held about a person.';
create index idx_export_requests_status on public.data_export_requests (status);
create index idx_export_requests_user on public.data_export_requests (user_id);

create table public.data_deletion_requests (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id),
    status text not null default 'pending'
        check (status in ('pending', 'in_grace_period', 'processing', 'completed', 'cancelled')),
    request_type text not null check (request_type in ('full_deletion', 'account_only')),
    requested_at timestamptz not null default now(),
    grace_period_ends_at timestamptz not null default (now() + interval '30 days'),
    processing_started_at timestamptz,
    completed_at timestamptz,
    cancellation_reason text,
    legal_hold boolean not null default false,
    -- names the person in a replicated DELETE
    unique (user_id, id)
);
comment on table public.data_deletion_requests is
    'Requests for deletion, with a period of grace and a possible legal hold.';
create index idx_deletion_requests_status on public.data_deletion_requests (status);
-- idx_deletion_requests_user: covered by unique (user_id, id)

create table public.push_tokens (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    device_id text not null,
    platform text not null check (platform in ('ios', 'android', 'web')),
    token text not null,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (user_id, device_id)
);
comment on table public.push_tokens is
    'Devices that receive push notifications.';
create index idx_push_tokens_active on public.push_tokens (user_id, is_active);
-- idx_push_tokens_user: covered by unique (user_id, device_id)

create table public.notifications (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    type text not null
        check (type in ('new_match', 'new_message', 'verification_reminder',
            'profile_incomplete', 'safety_alert', 'marketing')),
    title text not null,
    body text not null,
    data jsonb,
    action_url text,
    read_at timestamptz,
    created_at timestamptz not null default now()
);
comment on table public.notifications is
    'Notifications sent to a person.';
create index idx_notifications_unread on public.notifications (user_id) where (read_at is null);
create index idx_notifications_user on public.notifications (user_id, created_at desc);

create table public.user_preferences (
    user_id uuid primary key references public.users (id) on delete cascade,
    notification_push_enabled boolean not null default true,
    notification_match_enabled boolean not null default true,
    notification_message_enabled boolean not null default true,
    notification_marketing_enabled boolean not null default false,
    privacy_show_online_status boolean not null default true,
    privacy_show_last_active boolean not null default true,
    privacy_show_distance boolean not null default true,
    theme text check (theme in ('system', 'light', 'dark')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.user_preferences is
    'Notification and privacy settings of a person.';

create table public.appeals (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id),
    enforcement_action_id uuid references public.enforcement_actions (id),
    action_type text not null
        check (action_type in ('suspension', 'warning', 'content_removal')),
    reason text not null check (char_length(reason) <= 2000),
    status text not null default 'pending'
        check (status in ('pending', 'under_review', 'approved', 'rejected')),
    reviewed_by uuid references public.admin_users (id),
    reviewed_at timestamptz,
    resolution_notes text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.appeals is
    'Appeals against enforcement.';
create index idx_appeals_created on public.appeals (created_at desc);
create index idx_appeals_status on public.appeals (status);
create index idx_appeals_user on public.appeals (user_id);
