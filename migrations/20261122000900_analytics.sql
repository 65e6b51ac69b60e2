-- Why: Events, their schemas, and the cohort metrics made from them.
-- Tables: analytics_event_schemas, analytics_events, matching_metric_runs,
-- cohort_metric_daily, cohort_metric_weekly, cohort_metric_alerts.
-- Lock: the objects are new, a foreign key takes SHARE ROW EXCLUSIVE on its target.
-- Time: well under a second.

create table public.analytics_event_schemas (
    event_type text primary key,
    required_properties text[] not null default '{}',
    optional_properties text[] not null default '{}',
    enum_constraints jsonb,
    is_active boolean not null default true,
    version text not null default 'v1',
    updated_by text,
    updated_at timestamptz not null default now()
);
comment on table public.analytics_event_schemas is
    'The event types there are, and the properties each must carry.';
create index idx_aes_active on public.analytics_event_schemas (is_active);

create table public.analytics_events (
    id uuid not null default gen_random_uuid(),
    user_id uuid references public.users (id),
    event_type text not null,
    event_properties jsonb,
    user_properties jsonb,
    device_id text,
    platform text,
    app_version text,
    created_at timestamptz not null default now(),
    primary key (id, created_at)
) partition by range (created_at);
comment on table public.analytics_events is
    'What happened, partitioned by month; the partitions lie in schema matching.';
create index idx_events_type on public.analytics_events (event_type, created_at desc);
create index idx_events_user on public.analytics_events (user_id);

create table public.matching_metric_runs (
    id uuid primary key default gen_random_uuid(),
    job_type text not null
        check (job_type in ('hourly_incremental', 'daily_finalize', 'weekly_rollup',
            'backfill')),
    status text not null check (status in ('running', 'succeeded', 'failed', 'partial')),
    metric_version text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    row_count bigint not null default 0,
    error_summary text,
    triggered_by text not null default 'scheduler',
    started_at timestamptz not null default now(),
    completed_at timestamptz
);
comment on table public.matching_metric_runs is
    'Runs of the metric jobs.';
create index idx_mmr_job_window on public.matching_metric_runs (job_type, window_start desc);
create index idx_mmr_status on public.matching_metric_runs (status, started_at desc);

create table public.cohort_metric_daily (
    id uuid primary key default gen_random_uuid(),
    metric_key text not null
        check (metric_key in ('too_few_messages_rate', 'too_many_messages_rate',
            'unwanted_content_report_rate_per_1k', 'mutual_match_rate', 'reply_within_24h_rate',
            'unmatch_7d_rate', 'decision_fatigue_rate', 'exposure_acceptance_parity_delta')),
    metric_version text not null,
    cohort_dimension text not null
        check (cohort_dimension in ('gender_identity', 'policy_segment', 'region', 'all')),
    cohort_value text not null,
    policy_segment text not null default 'all'
        check (policy_segment in ('all', 'high_inbound_pressure', 'low_inbound_low_response',
            'balanced')),
    region text not null default 'all',
    metric_date date not null,
    numerator numeric(20,6),
    denominator numeric(20,6),
    metric_value numeric(12,6),
    sample_size integer not null default 0,
    is_insufficient_data boolean not null default false,
    freshness_at timestamptz not null default now(),
    run_id uuid references public.matching_metric_runs (id),
    created_at timestamptz not null default now(),
    unique (metric_key, metric_version, cohort_dimension, cohort_value, policy_segment, region,
        metric_date)
);
comment on table public.cohort_metric_daily is
    'Cohort metrics by day.';
create index idx_cmd_cohort
    on public.cohort_metric_daily (cohort_dimension, cohort_value, metric_date desc);
create index idx_cmd_metric_date on public.cohort_metric_daily (metric_key, metric_date desc);
create index idx_cmd_segment on public.cohort_metric_daily (policy_segment, metric_date desc);

create table public.cohort_metric_weekly (
    id uuid primary key default gen_random_uuid(),
    metric_key text not null,
    metric_version text not null,
    cohort_dimension text not null
        check (cohort_dimension in ('gender_identity', 'policy_segment', 'region', 'all')),
    cohort_value text not null,
    policy_segment text not null default 'all'
        check (policy_segment in ('all', 'high_inbound_pressure', 'low_inbound_low_response',
            'balanced')),
    region text not null default 'all',
    week_start_date date not null,
    numerator numeric(20,6),
    denominator numeric(20,6),
    metric_value numeric(12,6),
    sample_size integer not null default 0,
    is_insufficient_data boolean not null default false,
    freshness_at timestamptz not null default now(),
    run_id uuid references public.matching_metric_runs (id),
    created_at timestamptz not null default now(),
    unique (metric_key, metric_version, cohort_dimension, cohort_value, policy_segment, region,
        week_start_date)
);
comment on table public.cohort_metric_weekly is
    'Cohort metrics by ISO week.';
create index idx_cmw_cohort
    on public.cohort_metric_weekly (cohort_dimension, cohort_value, week_start_date desc);
create index idx_cmw_metric_week
    on public.cohort_metric_weekly (metric_key, week_start_date desc);

create table public.cohort_metric_alerts (
    id uuid primary key default gen_random_uuid(),
    metric_key text not null,
    severity text not null check (severity in ('critical', 'high', 'medium')),
    status text not null default 'open'
        check (status in ('open', 'acknowledged', 'resolved', 'muted')),
    cohort_dimension text not null
        check (cohort_dimension in ('gender_identity', 'policy_segment', 'region')),
    cohort_value text not null,
    policy_segment text not null default 'all'
        check (policy_segment in ('all', 'high_inbound_pressure', 'low_inbound_low_response',
            'balanced')),
    region text not null default 'all',
    observed_value numeric(12,6) not null,
    baseline_value numeric(12,6),
    threshold_value numeric(12,6) not null,
    delta_ratio numeric(12,6),
    run_id uuid references public.matching_metric_runs (id),
    details jsonb,
    detected_at timestamptz not null default now(),
    acknowledged_at timestamptz,
    resolved_at timestamptz
);
comment on table public.cohort_metric_alerts is
    'Metrics that crossed a threshold.';
create index idx_cma_metric on public.cohort_metric_alerts (metric_key, detected_at desc);
create index idx_cma_severity_detected
    on public.cohort_metric_alerts (severity, detected_at desc);
create index idx_cma_status_detected on public.cohort_metric_alerts (status, detected_at desc);
