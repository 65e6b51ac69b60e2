-- Why: what the daemon may read, column by column, and the publication that it follows. Both name
--   the same columns: those that scoring, candidate cards and configuration need. Phone numbers,
--   e-mail addresses, device data and free text about others are in neither.
-- Lock: SHARE UPDATE EXCLUSIVE on the published tables.
-- Time: well under a second.

grant select (id, display_name, bio, date_of_birth, gender, seeking_gender, status,
    onboarding_step, last_active_at, deleted_at) on public.users to matchd_read;
grant select (user_id, city, region, country, latitude, longitude, max_distance_km,
    min_age_preference, max_age_preference, relationship_intent, education, occupation, height_cm,
    drinking, smoking, exercise, timezone) on public.profiles to matchd_read;
grant select (id, user_id, url, thumbnail_url, is_primary, position, is_verified,
    visual_features, visual_model_version) on public.photos to matchd_read;
grant select (user_id, question_id, version_id, answer, answered_at)
    on public.compatibility_responses to matchd_read;
grant select (user_id, status, confidence, preference_embedding, model_version)
    on public.visual_preference_profiles to matchd_read;
grant select (id, user_id, status, liveness_score, created_at, completed_at)
    on public.verification_sessions to matchd_read;
grant select (id, user_id, offered_user_id, batch_date, batch_generated_at, compatibility_score,
    physical_preference_score, compatibility_themes, status, offered_at, expires_at,
    cooldown_until, action_at) on public.match_offers to matchd_read;
grant select (id, user_id_1, user_id_2, status, closed_reason, created_at, last_message_at)
    on public.matches to matchd_read;
grant select (id, reporter_id, reported_user_id, category, status, created_at)
    on public.reports to matchd_read;
grant select (blocker_id, blocked_id) on public.blocks to matchd_read;
grant select (id, user_id, action_type, is_active, expires_at)
    on public.enforcement_actions to matchd_read;
grant select (id, user_id, status) on public.data_deletion_requests to matchd_read;
grant select on public.questionnaire_versions, public.questions, public.system_config,
    public.feature_flags, public.user_segments, public.user_segment_members,
    public.segment_config_overrides, public.matchmaking_jobs to matchd_read;
grant select on matching.user_config_overrides, matching.policy_segments,
    matching.timezone_names, matching.input_warnings to matchd_read;

create publication matchd for table
    public.users (id, display_name, bio, date_of_birth, gender, seeking_gender, status,
        onboarding_step, last_active_at, deleted_at),
    public.profiles (user_id, city, region, country, latitude, longitude, max_distance_km,
        min_age_preference, max_age_preference, relationship_intent, education, occupation,
        height_cm, drinking, smoking, exercise, timezone),
    public.photos (id, user_id, url, thumbnail_url, is_primary, position, is_verified,
        visual_features, visual_model_version),
    public.compatibility_responses (user_id, question_id, version_id, answer, answered_at),
    public.visual_preference_profiles (user_id, status, confidence, preference_embedding,
        model_version),
    public.verification_sessions (id, user_id, status, liveness_score, created_at, completed_at),
    public.match_offers (id, user_id, offered_user_id, batch_date, batch_generated_at,
        compatibility_score, physical_preference_score, compatibility_themes, status, offered_at,
        expires_at, cooldown_until, action_at),
    public.matches (id, user_id_1, user_id_2, status, closed_reason, created_at, last_message_at),
    public.reports (id, reporter_id, reported_user_id, category, status, created_at),
    public.blocks (blocker_id, blocked_id),
    public.enforcement_actions (id, user_id, action_type, is_active, expires_at),
    public.data_deletion_requests (id, user_id, status),
    public.questionnaire_versions,
    public.questions,
    public.system_config,
    public.feature_flags,
    public.user_segments,
    public.user_segment_members,
    public.segment_config_overrides,
    matching.user_config_overrides,
    matching.policy_segments
    with (publish = 'insert, update, delete, truncate');
