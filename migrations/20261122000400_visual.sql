-- Why: Visual preference: images shown, choices made, and the taste learnt from them.
-- Tables: visual_reference_images, visual_preference_sessions, visual_preference_pairs,
-- visual_preference_choice_events, visual_preference_profiles,
-- visual_preference_profile_snapshots, photo_recommendation_runs, photo_recommendations.
-- Lock: the objects are new, a foreign key takes SHARE ROW EXCLUSIVE on its target.
-- Time: well under a second.

create table public.visual_reference_images (
    id uuid primary key default gen_random_uuid(),
    source_mode text not null
        check (source_mode in ('licensed_synthetic', 'consented_real')),
    url text not null,
    thumbnail_url text,
    quality_score numeric(3,2) check (quality_score >= 0 and quality_score <= 1),
    style_tags text[] not null default '{}',
    sensitive_audit_tags jsonb,
    consent_artifact_ref text,
    is_active boolean not null default true,
    created_at timestamptz not null default now(),
    retired_at timestamptz
);
comment on table public.visual_reference_images is
    'Images that people choose between. Audit tags never enter a score.';
create index idx_vri_active on public.visual_reference_images (is_active, source_mode);
create index idx_vri_tags on public.visual_reference_images using gin (style_tags);

create table public.visual_preference_sessions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    mode text not null check (mode in ('onboarding', 'recalibration')),
    status text not null default 'active'
        check (status in ('active', 'completed', 'expired', 'cancelled')),
    target_pairs integer not null default 20
        check (target_pairs >= 1 and target_pairs <= 40),
    completed_pairs integer not null default 0 check (completed_pairs >= 0),
    confidence_before numeric(4,3) check (confidence_before >= 0 and confidence_before <= 1),
    confidence_after numeric(4,3) check (confidence_after >= 0 and confidence_after <= 1),
    expires_at timestamptz not null default (now() + interval '24 hours'),
    created_at timestamptz not null default now(),
    completed_at timestamptz
);
comment on table public.visual_preference_sessions is
    'One sitting in which a person chooses between pairs of images.';
create index idx_vps_status on public.visual_preference_sessions (status, expires_at);
create index idx_vps_user on public.visual_preference_sessions (user_id, created_at desc);

create table public.visual_preference_pairs (
    id uuid primary key default gen_random_uuid(),
    session_id uuid not null references public.visual_preference_sessions (id) on delete cascade,
    task_index integer not null check (task_index >= 1),
    left_image_id uuid not null references public.visual_reference_images (id),
    right_image_id uuid not null references public.visual_reference_images (id),
    choice text check (choice in ('left', 'right', 'neither', 'skip')),
    chosen_image_id uuid references public.visual_reference_images (id),
    response_time_ms integer check (response_time_ms >= 0),
    presented_at timestamptz,
    responded_at timestamptz,
    client_event_id text,
    device_id text,
    skipped_reason text
        check (skipped_reason in ('unsure', 'neither_preferred', 'time_limit')),
    created_at timestamptz not null default now(),
    check (choice is null or (choice in ('left', 'right') and chosen_image_id is not null)
        or (choice in ('neither', 'skip') and chosen_image_id is null)),
    check (left_image_id <> right_image_id),
    unique (session_id, task_index)
);
comment on table public.visual_preference_pairs is
    'The pairs of a session, in order, and the choice made.';
create index idx_vpp_choice on public.visual_preference_pairs (choice);
-- idx_vpp_session: covered by unique (session_id, task_index)

create table public.visual_preference_choice_events (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    session_id uuid not null references public.visual_preference_sessions (id) on delete cascade,
    pair_id uuid not null references public.visual_preference_pairs (id) on delete cascade,
    task_index integer not null check (task_index >= 1),
    left_image_id uuid not null references public.visual_reference_images (id),
    right_image_id uuid not null references public.visual_reference_images (id),
    choice text not null check (choice in ('left', 'right', 'neither', 'skip')),
    chosen_image_id uuid references public.visual_reference_images (id),
    response_time_ms integer check (response_time_ms >= 0),
    presented_at timestamptz,
    responded_at timestamptz,
    client_event_id text,
    device_id text,
    event_payload jsonb,
    created_at timestamptz not null default now()
);
comment on table public.visual_preference_choice_events is
    'Every choice as it arrived; append-only.';
create unique index idx_vpce_client_event
    on public.visual_preference_choice_events (user_id, client_event_id)
    where (client_event_id is not null);
create index idx_vpce_session
    on public.visual_preference_choice_events (session_id, task_index);
create index idx_vpce_user_created
    on public.visual_preference_choice_events (user_id, created_at desc);

create table public.visual_preference_profiles (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade unique,
    status text not null default 'not_started'
        check (status in ('not_started', 'in_progress', 'ready', 'stale')),
    confidence numeric(4,3) not null default 0 check (confidence >= 0 and confidence <= 1),
    completed_pairs integer not null default 0 check (completed_pairs >= 0),
    target_pairs integer not null default 20 check (target_pairs >= 1),
    preference_vector jsonb not null default '{}',
    model_version text not null default 'v1',
    last_session_id uuid references public.visual_preference_sessions (id),
    latest_snapshot_id uuid,
    refresh_recommended boolean not null default false,
    updated_at timestamptz not null default now(),
    stale_after timestamptz
);
comment on table public.visual_preference_profiles is
    'The taste learnt from the choices of a person.';
create index idx_vpprof_status on public.visual_preference_profiles (status, updated_at desc);

create table public.visual_preference_profile_snapshots (
    id uuid primary key default gen_random_uuid(),
    profile_id uuid not null references public.visual_preference_profiles (id) on delete cascade,
    user_id uuid not null references public.users (id) on delete cascade,
    session_id uuid references public.visual_preference_sessions (id),
    status text not null check (status in ('in_progress', 'ready', 'stale')),
    confidence numeric(4,3) not null check (confidence >= 0 and confidence <= 1),
    completed_pairs integer not null check (completed_pairs >= 0),
    target_pairs integer not null check (target_pairs >= 1),
    preference_vector jsonb not null,
    model_version text not null,
    reason text not null
        check (reason in ('initial_build', 'recalibration', 'model_upgrade',
            'manual_recompute')),
    metadata jsonb,
    created_at timestamptz not null default now()
);
comment on table public.visual_preference_profile_snapshots is
    'Earlier states of such a profile.';
create index idx_vpps_profile_created
    on public.visual_preference_profile_snapshots (profile_id, created_at desc);
create index idx_vpps_user_created
    on public.visual_preference_profile_snapshots (user_id, created_at desc);

create table public.photo_recommendation_runs (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    input_photo_ids uuid[] not null
        check (array_length(input_photo_ids, 1) >= 3 and array_length(input_photo_ids, 1) <= 12),
    include_self_selection boolean not null default true,
    max_recommendations integer not null default 4
        check (max_recommendations >= 1 and max_recommendations <= 6),
    status text not null default 'completed' check (status in ('completed', 'failed')),
    model_version text not null default 'v1',
    confidence numeric(4,3) check (confidence >= 0 and confidence <= 1),
    failure_reason text,
    created_at timestamptz not null default now(),
    completed_at timestamptz
);
comment on table public.photo_recommendation_runs is
    'Requests for advice on which photos to show.';
create index idx_prr_user_created
    on public.photo_recommendation_runs (user_id, created_at desc);

create table public.photo_recommendations (
    id uuid primary key default gen_random_uuid(),
    run_id uuid not null references public.photo_recommendation_runs (id) on delete cascade,
    photo_id uuid not null references public.photos (id) on delete cascade,
    rank integer not null check (rank >= 1),
    score numeric(4,3) not null check (score >= 0 and score <= 1),
    confidence numeric(4,3) check (confidence >= 0 and confidence <= 1),
    reasons text[] not null default '{}',
    created_at timestamptz not null default now(),
    unique (run_id, photo_id),
    unique (run_id, rank)
);
comment on table public.photo_recommendations is
    'The photos recommended by a run, by rank.';
-- idx_photo_recs_run_rank: covered by unique (run_id, rank)

-- the two tables name each other
alter table public.visual_preference_profiles
    add foreign key (latest_snapshot_id) references public.visual_preference_profile_snapshots (id);
