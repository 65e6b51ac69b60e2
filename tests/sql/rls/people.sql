-- People of the access tests. {a} .. are replaced by ids. Triggers rest while the rows are made.
set local session_replication_role = replica;

insert into public.users (id, phone_hash, phone_last_four, display_name, date_of_birth, gender,
    seeking_gender, status, onboarding_step)
select id::uuid, 'hash-' || id, right(id, 4), name, '1990-05-05', 'female', array['male'],
       case name when 'suspended' then 'suspended' else 'active' end, 'complete'
from (values
    ({a}, 'owner'), ({b}, 'counterpart'), ({c}, 'ex_counterpart'), ({d}, 'blocked'),
    ({e}, 'bystander'), ({s}, 'suspended'), ({n}, 'anonymous'), ({x}, 'stranger'),
    ({m}, 'admin')) as people (id, name);
insert into public.admin_users (id, user_id) values ({row:admin_users}, {m});
insert into public.feature_flags (id, key) values ({row:feature_flags}, 'flag');
insert into public.user_segments (id, key, name, type)
values ({row:user_segments}, 'rls', 'rls', 'manual');
insert into public.segment_config_overrides
    (id, segment_id, config_key, override_value, updated_by)
values ({row:segment_config_overrides}, {row:user_segments}, 'GEO_MAX_DISTANCE_KM', '10', 'test');
insert into public.matching_metric_runs
    (id, job_type, status, metric_version, window_start, window_end)
values ({row:matching_metric_runs}, 'backfill', 'succeeded', 'v1', now() - interval '1 day', now());
insert into public.cohort_metric_daily
    (id, metric_key, metric_version, cohort_dimension, cohort_value, metric_date, sample_size)
values ({row:cohort_metric_daily}, 'mutual_match_rate', 'v1', 'all', 'all', '2026-01-01', 100),
       (gen_random_uuid(), 'mutual_match_rate', 'v1', 'all', 'few', '2026-01-01', 3);
insert into public.cohort_metric_weekly
    (id, metric_key, metric_version, cohort_dimension, cohort_value, week_start_date, sample_size)
values ({row:cohort_metric_weekly}, 'mutual_match_rate', 'v1', 'all', 'all', '2026-01-05', 100),
       (gen_random_uuid(), 'mutual_match_rate', 'v1', 'all', 'few', '2026-01-05', 3);
insert into public.cohort_metric_alerts
    (id, metric_key, severity, cohort_dimension, cohort_value, observed_value, threshold_value)
values ({row:cohort_metric_alerts}, 'mutual_match_rate', 'high', 'region', 'GB', 1, 0.1);
insert into public.questionnaire_versions (id) values ('v0');
insert into public.questions (version_id, category, type, prompt, position)
values ('v0', 'values', 'text', 'x', 1);
