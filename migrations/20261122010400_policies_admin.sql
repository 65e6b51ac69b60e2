-- Why: what administrators read directly: the ledger, the moderation queue, configuration,
--   segments and metrics. Rows about a person they read through public.admin_view_person, which
--   writes down who looked at whom. Tables that no client may touch say so with a policy of
--   their own, so that the intention is visible.
-- Lock: ACCESS EXCLUSIVE on each table, for the time it takes to change the catalogue.
-- Time: well under a second.

grant select (id, batch_date, timezone, user_id, job_type, status, attempt_count, started_at,
    completed_at, error_summary) on public.matchmaking_jobs to authenticated;
grant select on public.match_offer_audits, public.moderation_queue, public.system_config,
    public.feature_flags, public.user_segments, public.user_segment_members,
    public.segment_config_overrides, public.admin_users, public.admin_audit_log,
    public.admin_user_views, public.analytics_event_schemas, public.matching_metric_runs,
    public.cohort_metric_daily, public.cohort_metric_weekly, public.cohort_metric_alerts
    to authenticated;

create policy admin_select on public.matchmaking_jobs for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.match_offer_audits for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.moderation_queue for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.system_config for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.feature_flags for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.user_segments for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.user_segment_members for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.segment_config_overrides for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.admin_users for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.admin_audit_log for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.admin_user_views for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.analytics_event_schemas for select to authenticated
    using ((select private.is_admin()));
create policy admin_select on public.matching_metric_runs for select to authenticated
    using ((select private.is_admin()));
-- small cohorts could name a person
create policy admin_select on public.cohort_metric_daily for select to authenticated
    using ((select private.is_admin()) and sample_size >= (select private.cohort_floor()));
create policy admin_select on public.cohort_metric_weekly for select to authenticated
    using ((select private.is_admin()) and sample_size >= (select private.cohort_floor()));
create policy admin_select on public.cohort_metric_alerts for select to authenticated
    using ((select private.is_admin()));

create policy nobody on public.visual_preference_choice_events for all to anon, authenticated
    using (false) with check (false);
create policy nobody on public.analytics_events for all to anon, authenticated
    using (false) with check (false);
