-- Why: Administrators and their trail, business parameters, flags and segments.
-- Tables: admin_users, admin_audit_log, admin_user_views, system_config, feature_flags,
-- user_segments, user_segment_members, segment_config_overrides.
-- Lock: the objects are new, a foreign key takes SHARE ROW EXCLUSIVE on its target.
-- Time: well under a second.

create table public.admin_users (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade unique,
    created_at timestamptz not null default now()
);
comment on table public.admin_users is
    'Who is an administrator.';
-- idx_admin_users_user: covered by unique (user_id)

create table public.admin_audit_log (
    id uuid primary key default gen_random_uuid(),
    admin_user_id uuid not null references public.admin_users (id),
    action text not null,
    target_type text
        check (target_type in ('user', 'segment', 'config', 'report', 'enforcement')),
    target_id uuid,
    old_value jsonb,
    new_value jsonb,
    reason text,
    ip_address inet,
    created_at timestamptz not null default now()
);
comment on table public.admin_audit_log is
    'What administrators changed; append-only.';
create index idx_admin_audit_admin on public.admin_audit_log (admin_user_id);
create index idx_admin_audit_created on public.admin_audit_log (created_at desc);
create index idx_admin_audit_target on public.admin_audit_log (target_type, target_id);

create table public.admin_user_views (
    id uuid primary key default gen_random_uuid(),
    admin_user_id uuid not null references public.admin_users (id),
    viewed_user_id uuid not null references public.users (id),
    view_type text not null
        check (view_type in ('profile', 'messages', 'reports', 'activity')),
    reason text not null,
    ip_address inet,
    created_at timestamptz not null default now()
);
comment on table public.admin_user_views is
    'Which person an administrator looked at, and why; append-only.';
create index idx_admin_views_admin on public.admin_user_views (admin_user_id);
create index idx_admin_views_created on public.admin_user_views (created_at desc);
create index idx_admin_views_user on public.admin_user_views (viewed_user_id);

create table public.system_config (
    key text primary key,
    value text not null,
    value_type text not null default 'string'
        check (value_type in ('string', 'integer', 'float', 'boolean', 'json')),
    description text,
    updated_at timestamptz not null default now(),
    updated_by text not null
);
comment on table public.system_config is
    'Business parameters: one row a key, the value for everybody.';
-- idx_config_key: covered by the primary key (key)

create table public.feature_flags (
    id uuid primary key default gen_random_uuid(),
    key text not null unique,
    description text,
    enabled boolean not null default false,
    rollout_percentage integer default 0
        check (rollout_percentage >= 0 and rollout_percentage <= 100),
    target_user_ids uuid[],
    target_segments text[],
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.feature_flags is
    'Features that are switched on for everybody, some people, or a share of them.';
-- idx_feature_flags_key: covered by unique (key)

create table public.user_segments (
    id uuid primary key default gen_random_uuid(),
    key text not null unique,
    name text not null,
    description text,
    type text not null
        check (type in ('manual', 'auto_country', 'auto_age', 'auto_activity', 'custom')),
    criteria jsonb,
    is_system boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.user_segments is
    'Named groups of people that may have parameter values of their own.';

create table public.user_segment_members (
    segment_id uuid not null references public.user_segments (id) on delete cascade,
    user_id uuid not null references public.users (id) on delete cascade,
    added_at timestamptz not null default now(),
    added_by uuid,
    primary key (segment_id, user_id)
);
comment on table public.user_segment_members is
    'Who is in which segment.';
-- idx_segment_members_segment: covered by the primary key (segment_id, user_id)
create index idx_segment_members_user on public.user_segment_members (user_id);

create table public.segment_config_overrides (
    id uuid primary key default gen_random_uuid(),
    segment_id uuid not null references public.user_segments (id) on delete cascade,
    config_key text not null references public.system_config (key),
    override_value text not null,
    override_type text not null default 'string'
        check (override_type in ('string', 'integer', 'float', 'boolean', 'json')),
    priority integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    updated_by text not null,
    unique (segment_id, config_key)
);
comment on table public.segment_config_overrides is
    'Parameter values of a segment; the highest priority wins.';
create index idx_segment_config_key on public.segment_config_overrides (config_key);
-- idx_segment_config_segment: covered by unique (segment_id, config_key)
