-- Why: People, their profiles and photos, and how they log in.
-- Tables: users, profiles, verification_sessions, photos, social_identities, auth_sessions,
-- account_recovery_requests.
-- Lock: the objects are new, a foreign key takes SHARE ROW EXCLUSIVE on its target.
-- Time: well under a second.

create table public.users (
    id uuid primary key default gen_random_uuid(),
    phone_hash text not null unique,
    phone_last_four text not null,
    display_name text
        check (char_length(display_name) >= 2 and char_length(display_name) <= 50),
    bio text check (char_length(bio) <= 500),
    date_of_birth date not null
        check (date_of_birth <= (current_date - interval '18 years')),
    gender text check (gender in ('male', 'female', 'non_binary', 'prefer_not_to_say')),
    seeking_gender text[] check (array_length(seeking_gender, 1) >= 1),
    status text not null default 'pending_verification'
        check (status in ('active', 'suspended', 'pending_verification', 'non_matching',
            'deleted')),
    onboarding_step text not null default 'phone_verify'
        check (onboarding_step in ('phone_verify', 'profile', 'questionnaire', 'verification',
            'complete')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    last_active_at timestamptz,
    deleted_at timestamptz
);
comment on table public.users is
    'A person. status and onboarding_step say how far they have come and whether they take part.';
-- idx_users_phone_hash: covered by unique (phone_hash)
create index idx_users_status on public.users (status);

create table public.profiles (
    user_id uuid primary key references public.users (id) on delete cascade,
    city text not null,
    region text,
    country text not null default 'US',
    latitude numeric(10,8),
    longitude numeric(11,8),
    max_distance_km integer default 50
        check (max_distance_km >= 1 and max_distance_km <= 500),
    min_age_preference integer default 18 check (min_age_preference >= 18),
    max_age_preference integer default 120 check (max_age_preference <= 120),
    relationship_intent text
        check (relationship_intent in ('casual', 'serious', 'marriage', 'unsure')),
    physical_preferences jsonb,
    education text,
    occupation text,
    height_cm integer check (height_cm >= 100 and height_cm <= 250),
    drinking text check (drinking in ('never', 'rarely', 'socially', 'often')),
    smoking text check (smoking in ('never', 'trying_to_quit', 'socially', 'regularly')),
    exercise text check (exercise in ('never', 'sometimes', 'often', 'daily')),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);
comment on table public.profiles is
    'What a person says about themselves and looks for. One row a person.';
create index idx_profiles_city on public.profiles (city);
create index idx_profiles_location
    on public.profiles using gist (point(longitude::float8, latitude::float8));

create table public.verification_sessions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    status text not null default 'pending'
        check (status in ('pending', 'uploaded', 'processing', 'verified', 'failed',
            'manual_review')),
    consent_version text not null,
    upload_url text,
    raw_photo_key text,
    face_vector_id text,
    age_estimate integer,
    liveness_score numeric(3,2),
    failure_reason text
        check (failure_reason in ('liveness_failed', 'age_verification_failed',
            'quality_too_low', 'policy_violation')),
    retry_count integer not null default 0,
    created_at timestamptz not null default now(),
    completed_at timestamptz,
    expires_at timestamptz not null default (now() + interval '10 minutes'),
    -- names the person in a replicated DELETE
    unique (user_id, id)
);
comment on table public.verification_sessions is
    'Attempts to verify that a person is who their photos show.';
create index idx_verification_status on public.verification_sessions (status);
-- idx_verification_user: covered by unique (user_id, id)

create table public.photos (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    url text not null,
    thumbnail_url text,
    is_primary boolean not null default false,
    position integer not null default 0 check ("position" >= 0 and "position" <= 5),
    verification_session_id uuid references public.verification_sessions (id),
    is_verified boolean not null default false,
    created_at timestamptz not null default now(),
    -- at most one primary photo a person
    exclude using btree (
        user_id with =,
        (case when is_primary then 1 else null end) with =
    ) where (is_primary),
    -- names the person in a replicated DELETE
    unique (user_id, id)
);
comment on table public.photos is
    'Photos of a person, at most six, one of them primary.';
create index idx_photos_primary on public.photos (user_id) where is_primary;
-- idx_photos_user: covered by unique (user_id, id)

create table public.social_identities (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    provider text not null check (provider in ('apple', 'google')),
    provider_user_id text not null,
    email text,
    created_at timestamptz not null default now(),
    unique (provider, provider_user_id)
);
comment on table public.social_identities is
    'Accounts at Apple or Google through which a person logs in.';
create index idx_social_identities_user on public.social_identities (user_id);

create table public.auth_sessions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    device_id text not null,
    device_type text check (device_type in ('ios', 'android', 'web')),
    ip_address inet,
    user_agent text,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    last_used_at timestamptz not null default now(),
    revoked_at timestamptz,
    revoked_reason text check (revoked_reason in ('logout', 'security', 'expired')),
    revoked_by uuid references public.users (id),
    check ((revoked_at is null and revoked_reason is null)
        or (revoked_at is not null and revoked_reason is not null)),
    check (expires_at > created_at)
);
comment on table public.auth_sessions is
    'Logins of a person, one a device, with their end.';
create index idx_sessions_device on public.auth_sessions (device_id);
create index idx_sessions_expiry on public.auth_sessions (expires_at);
create index idx_sessions_revoked on public.auth_sessions (revoked_at);
create index idx_sessions_user on public.auth_sessions (user_id);

create table public.account_recovery_requests (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id),
    reason text not null
        check (reason in ('lost_device', 'forgot_pin', 'suspicious_activity', 'other')),
    status text not null default 'pending'
        check (status in ('pending', 'in_review', 'approved', 'rejected', 'expired')),
    hold_until timestamptz not null default (now() + interval '72 hours'),
    reviewed_by uuid,
    reviewed_at timestamptz,
    created_at timestamptz not null default now(),
    completed_at timestamptz
);
comment on table public.account_recovery_requests is
    'Requests to get back into an account; held for 72 hours before anything is done.';
create index idx_recovery_status on public.account_recovery_requests (status);
create index idx_recovery_user on public.account_recovery_requests (user_id);
