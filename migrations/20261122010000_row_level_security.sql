-- Why: row level security on all 48 tables, enabled and forced: whoever has no policy sees nothing,
--   the owner of the tables included (unless that role has BYPASSRLS, as on Supabase). Rights that
--   a platform gave by default are taken back. What is allowed is written in the next files.
-- Lock: ACCESS EXCLUSIVE on each table, for the time it takes to change the catalogue.
-- Time: well under a second.

revoke all on all tables in schema public, matching
    from anon, authenticated, service_role, public;
revoke all on all sequences in schema public, matching
    from anon, authenticated, service_role, public;
revoke all on all functions in schema private
    from anon, authenticated, service_role, public;

-- The definer role owns the functions of schema private. Its policy lets every row through, and
-- its grants say which tables and columns it may touch at all.
do $$
declare
    name text;
begin
    for name in
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        order by relname
    loop
        execute format('alter table public.%I enable row level security', name);
        execute format('alter table public.%I force row level security', name);
        execute format(
            'create policy definer on public.%I for all to matchd_definer '
            'using (true) with check (true)', name);
    end loop;
end
$$;

-- Deletes a person's rows, also from append-only tables. Nobody logs in as this role.
do $$
begin
    if not exists (select from pg_roles where rolname = 'matchd_erasure') then
        create role matchd_erasure nologin;
    end if;
    if not pg_has_role(current_user, 'matchd_erasure', 'member') then
        execute format('grant matchd_erasure to %I', current_user);
    end if;
end
$$;

-- The API server acts for everybody, past row level security (BYPASSRLS). What only functions
-- may change it reads, and what is append-only it appends to.
grant select, insert, update, delete on
    public.users, public.profiles, public.photos, public.social_identities,
    public.auth_sessions, public.account_recovery_requests, public.questionnaire_versions,
    public.questions, public.compatibility_responses, public.visual_reference_images,
    public.visual_preference_profiles, public.photo_recommendation_runs,
    public.photo_recommendations, public.verification_sessions, public.messages,
    public.typing_indicators, public.reports, public.blocks, public.moderation_queue,
    public.enforcement_actions, public.system_config, public.feature_flags,
    public.user_segments, public.user_segment_members, public.segment_config_overrides,
    public.data_export_requests, public.data_deletion_requests, public.analytics_event_schemas,
    public.matching_metric_runs, public.cohort_metric_daily, public.cohort_metric_weekly,
    public.cohort_metric_alerts, public.push_tokens, public.notifications,
    public.user_preferences, public.appeals
    to service_role;
grant select, insert on
    public.visual_preference_choice_events, public.visual_preference_profile_snapshots,
    public.admin_audit_log, public.admin_user_views, public.analytics_events
    to service_role;
-- choices are append-only, and go with their session
grant select, insert, update on
    public.visual_preference_sessions, public.visual_preference_pairs
    to service_role;
grant select on
    public.matchmaking_jobs, public.match_offers, public.matches, public.match_offer_audits,
    public.admin_users
    to service_role;
