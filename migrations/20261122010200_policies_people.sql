-- Why: what a person may do with their own rows: profile, photos, logins, answers, settings.
--   Columns that a person must not write are not granted, because a policy cannot compare old and
--   new. A restrictive policy keeps anonymous sign-ins out, another stops the writes of who is
--   suspended, banned or deleted while the token is still good.
-- Lock: ACCESS EXCLUSIVE on each table, for the time it takes to change the catalogue.
-- Time: well under a second.

-- users: made by the API server after the phone number is verified
grant select (id, phone_last_four, display_name, bio, date_of_birth, gender, seeking_gender,
    status, onboarding_step, created_at, updated_at, last_active_at, deleted_at)
    on public.users to authenticated;
grant update (display_name, bio) on public.users to authenticated;
create policy own_select on public.users for select to authenticated
    using (id = (select auth.uid()));
create policy own_update on public.users for update to authenticated
    using (id = (select auth.uid())) with check (id = (select auth.uid()));

-- profiles: coordinates only through public.set_my_location, which rounds them
grant select (user_id, city, region, country, latitude, longitude, max_distance_km,
    min_age_preference, max_age_preference, relationship_intent, physical_preferences, education,
    occupation, height_cm, drinking, smoking, exercise, created_at, updated_at, timezone)
    on public.profiles to authenticated;
grant insert (user_id, city, region, country, max_distance_km, min_age_preference,
    max_age_preference, relationship_intent, physical_preferences, education, occupation,
    height_cm, drinking, smoking, exercise, timezone) on public.profiles to authenticated;
grant update (city, region, country, max_distance_km, min_age_preference, max_age_preference,
    relationship_intent, physical_preferences, education, occupation, height_cm, drinking,
    smoking, exercise, timezone) on public.profiles to authenticated;
create policy own_select on public.profiles for select to authenticated
    using (user_id = (select auth.uid()));
create policy own_insert on public.profiles for insert to authenticated
    with check (user_id = (select auth.uid()));
create policy own_update on public.profiles for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

-- photos: of others only through an offer or a match, by functions
grant select (id, user_id, url, thumbnail_url, is_primary, position, is_verified, created_at)
    on public.photos to authenticated;
grant insert (user_id, url, thumbnail_url, is_primary, position) on public.photos to authenticated;
grant update (is_primary, position) on public.photos to authenticated;
grant delete on public.photos to authenticated;
create policy own_select on public.photos for select to authenticated
    using (user_id = (select auth.uid()));
create policy own_insert on public.photos for insert to authenticated
    with check (user_id = (select auth.uid()) and private.is_own_address(url)
        and private.is_own_address(thumbnail_url));
create policy own_update on public.photos for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own_delete on public.photos for delete to authenticated
    using (user_id = (select auth.uid()));

-- logins: to look at. They end through public.revoke_my_session.
grant select (id, user_id, provider, created_at) on public.social_identities to authenticated;
create policy own_select on public.social_identities for select to authenticated
    using (user_id = (select auth.uid()));
grant select (id, user_id, device_id, device_type, created_at, expires_at, last_used_at,
    revoked_at, revoked_reason) on public.auth_sessions to authenticated;
create policy own_select on public.auth_sessions for select to authenticated
    using (user_id = (select auth.uid()));
grant select (id, user_id, reason, status, hold_until, created_at, completed_at)
    on public.account_recovery_requests to authenticated;
create policy own_select on public.account_recovery_requests for select to authenticated
    using (user_id = (select auth.uid()));

-- verification: never what the face showed
grant select (id, user_id, status, consent_version, failure_reason, retry_count, created_at,
    completed_at, expires_at) on public.verification_sessions to authenticated;
create policy own_select on public.verification_sessions for select to authenticated
    using (user_id = (select auth.uid()));

-- questionnaire: the items without the weights. Anonymous sign-ins may read it before signing up.
grant select (id, description, is_active, created_at, deprecated_at)
    on public.questionnaire_versions to authenticated;
create policy active_select on public.questionnaire_versions for select to authenticated
    using (is_active);
grant select (id, version_id, category, type, prompt, description, options, position, is_required,
    created_at) on public.questions to authenticated;
create policy readable_select on public.questions for select to authenticated
    using (version_id in (select private.my_versions()));

grant select (id, user_id, question_id, version_id, answer, answered_at)
    on public.compatibility_responses to authenticated;
grant insert (user_id, question_id, version_id, answer)
    on public.compatibility_responses to authenticated;
grant update (answer) on public.compatibility_responses to authenticated;
create policy own_select on public.compatibility_responses for select to authenticated
    using (user_id = (select auth.uid()));
create policy own_insert on public.compatibility_responses for insert to authenticated
    with check (user_id = (select auth.uid()));
create policy own_update on public.compatibility_responses for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

-- settings and devices
grant select (user_id, notification_push_enabled, notification_match_enabled,
    notification_message_enabled, notification_marketing_enabled, privacy_show_online_status,
    privacy_show_last_active, privacy_show_distance, theme, created_at, updated_at)
    on public.user_preferences to authenticated;
grant insert (user_id, notification_push_enabled, notification_match_enabled,
    notification_message_enabled, notification_marketing_enabled, privacy_show_online_status,
    privacy_show_last_active, privacy_show_distance, theme)
    on public.user_preferences to authenticated;
grant update (notification_push_enabled, notification_match_enabled,
    notification_message_enabled, notification_marketing_enabled, privacy_show_online_status,
    privacy_show_last_active, privacy_show_distance, theme)
    on public.user_preferences to authenticated;
create policy own_select on public.user_preferences for select to authenticated
    using (user_id = (select auth.uid()));
create policy own_insert on public.user_preferences for insert to authenticated
    with check (user_id = (select auth.uid()));
create policy own_update on public.user_preferences for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

grant select (id, user_id, device_id, platform, is_active, created_at, updated_at)
    on public.push_tokens to authenticated;
grant insert (user_id, device_id, platform, token, is_active)
    on public.push_tokens to authenticated;
grant update (platform, token, is_active) on public.push_tokens to authenticated;
grant delete on public.push_tokens to authenticated;
create policy own_select on public.push_tokens for select to authenticated
    using (user_id = (select auth.uid()));
create policy own_insert on public.push_tokens for insert to authenticated
    with check (user_id = (select auth.uid()));
create policy own_update on public.push_tokens for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy own_delete on public.push_tokens for delete to authenticated
    using (user_id = (select auth.uid()));

grant select (id, user_id, type, title, body, data, action_url, read_at, created_at)
    on public.notifications to authenticated;
grant update (read_at) on public.notifications to authenticated;
create policy own_select on public.notifications for select to authenticated
    using (user_id = (select auth.uid()));
create policy own_update on public.notifications for update to authenticated
    using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

-- Nobody anonymous, on every table of this file but the questionnaire.
do $$
declare
    name text;
begin
    foreach name in array array['users', 'profiles', 'photos', 'social_identities',
        'auth_sessions', 'account_recovery_requests', 'verification_sessions',
        'compatibility_responses', 'user_preferences', 'push_tokens', 'notifications']
    loop
        execute format(
            'create policy not_anonymous on public.%I as restrictive for all to authenticated '
            'using (not (select private.is_anonymous())) '
            'with check (not (select private.is_anonymous()))', name);
    end loop;
end
$$;

-- Writes of people in good standing alone.
do $$
declare
    name text;
begin
    foreach name in array array['users', 'profiles', 'photos', 'compatibility_responses',
        'user_preferences', 'push_tokens', 'notifications']
    loop
        if name not in ('users', 'notifications') then
            execute format(
                'create policy active_insert on public.%I as restrictive for insert '
                'to authenticated with check ((select private.is_active()))', name);
        end if;
        execute format(
            'create policy active_update on public.%I as restrictive for update '
            'to authenticated using ((select private.is_active())) '
            'with check ((select private.is_active()))', name);
        if name in ('photos', 'push_tokens') then
            execute format(
                'create policy active_delete on public.%I as restrictive for delete '
                'to authenticated using ((select private.is_active()))', name);
        end if;
    end loop;
end
$$;
