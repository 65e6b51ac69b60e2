-- Why: what a person may see and do where others are concerned: visual preference, offers, matches,
--   messages, reports, blocks, enforcement. The other side of an offer or match is hidden while
--   either has blocked the other, or while that person is suspended, banned or deleted.
-- Lock: ACCESS EXCLUSIVE on each table, for the time it takes to change the catalogue.
-- Time: well under a second.

-- visual preference: own sittings and what was learnt, never the vector
grant select (id, url, thumbnail_url) on public.visual_reference_images to authenticated;
create policy shown_select on public.visual_reference_images for select to authenticated
    using (id in (select private.my_images()));
grant select (id, user_id, mode, status, target_pairs, completed_pairs, confidence_before,
    confidence_after, expires_at, created_at, completed_at)
    on public.visual_preference_sessions to authenticated;
create policy own_select on public.visual_preference_sessions for select to authenticated
    using (user_id = (select auth.uid()));
grant select (id, session_id, task_index, left_image_id, right_image_id, choice, chosen_image_id,
    response_time_ms, presented_at, responded_at, skipped_reason, created_at)
    on public.visual_preference_pairs to authenticated;
create policy own_select on public.visual_preference_pairs for select to authenticated
    using (session_id in (
        select id from public.visual_preference_sessions where user_id = (select auth.uid())));
grant select (id, user_id, status, confidence, completed_pairs, target_pairs, model_version,
    refresh_recommended, updated_at, stale_after)
    on public.visual_preference_profiles to authenticated;
create policy own_select on public.visual_preference_profiles for select to authenticated
    using (user_id = (select auth.uid()));
grant select (id, profile_id, user_id, session_id, status, confidence, completed_pairs,
    target_pairs, model_version, reason, created_at)
    on public.visual_preference_profile_snapshots to authenticated;
create policy own_select on public.visual_preference_profile_snapshots for select to authenticated
    using (user_id = (select auth.uid()));
grant select (id, user_id, input_photo_ids, include_self_selection, max_recommendations, status,
    model_version, confidence, failure_reason, created_at, completed_at)
    on public.photo_recommendation_runs to authenticated;
create policy own_select on public.photo_recommendation_runs for select to authenticated
    using (user_id = (select auth.uid()));
grant select (id, run_id, photo_id, rank, score, confidence, reasons, created_at)
    on public.photo_recommendations to authenticated;
create policy own_select on public.photo_recommendations for select to authenticated
    using (run_id in (
        select id from public.photo_recommendation_runs where user_id = (select auth.uid())));

-- offers: the viewer's own, and never that somebody was offered me. Acting is a function.
grant select (id, user_id, offered_user_id, batch_date, batch_generated_at, compatibility_score,
    physical_preference_score, compatibility_themes, status, offered_at, expires_at,
    cooldown_until, action_at, action_type) on public.match_offers to authenticated;
create policy own_select on public.match_offers for select to authenticated
    using (user_id = (select auth.uid()) and status <> 'expired'
        and offered_user_id in (select private.my_visible_candidates()));
create policy active_select on public.match_offers as restrictive for select to authenticated
    using ((select private.is_active()));

grant select (id, user_id_1, user_id_2, status, created_at, last_message_at)
    on public.matches to authenticated;
create policy own_select on public.matches for select to authenticated
    using (id in (select private.my_open_matches()));
create policy active_select on public.matches as restrictive for select to authenticated
    using ((select private.is_active()));

-- messages: both read, the sender writes, nobody changes. Read marks are a function.
grant select (id, match_id, sender_id, content, client_message_id, status, created_at, read_at)
    on public.messages to authenticated;
grant insert (match_id, sender_id, content, client_message_id) on public.messages to authenticated;
create policy match_select on public.messages for select to authenticated
    using (match_id in (select private.my_open_matches()) and deleted_at is null);
create policy own_insert on public.messages for insert to authenticated
    with check (sender_id = (select auth.uid())
        and match_id in (select private.my_open_matches()));
create policy active_select on public.messages as restrictive for select to authenticated
    using ((select private.is_active()));
create policy active_insert on public.messages as restrictive for insert to authenticated
    with check ((select private.is_active()));

grant select (match_id, user_id, is_typing, updated_at)
    on public.typing_indicators to authenticated;
grant insert (match_id, user_id, is_typing) on public.typing_indicators to authenticated;
grant update (is_typing) on public.typing_indicators to authenticated;
grant delete on public.typing_indicators to authenticated;
create policy match_select on public.typing_indicators for select to authenticated
    using (match_id in (select private.my_open_matches()));
create policy own_insert on public.typing_indicators for insert to authenticated
    with check (user_id = (select auth.uid())
        and match_id in (select private.my_open_matches()));
create policy own_update on public.typing_indicators for update to authenticated
    using (user_id = (select auth.uid()) and match_id in (select private.my_open_matches()))
    with check (user_id = (select auth.uid())
        and match_id in (select private.my_open_matches()));
create policy own_delete on public.typing_indicators for delete to authenticated
    using (user_id = (select auth.uid()));
create policy active_all on public.typing_indicators as restrictive for all to authenticated
    using ((select private.is_active())) with check ((select private.is_active()));

-- safety: the reported and the blocked never learn of it
grant select (id, reporter_id, type, category, status, created_at)
    on public.reports to authenticated;
grant insert (reporter_id, reported_user_id, reported_message_id, reported_match_id, type,
    category, description, evidence_ids) on public.reports to authenticated;
create policy own_select on public.reports for select to authenticated
    using (reporter_id = (select auth.uid()));
create policy own_insert on public.reports for insert to authenticated
    with check (reporter_id = (select auth.uid())
        and private.may_report(reported_user_id, reported_message_id, reported_match_id));
create policy active_insert on public.reports as restrictive for insert to authenticated
    with check ((select private.is_active()));

grant select (id, blocker_id, blocked_id, reason, created_at) on public.blocks to authenticated;
grant insert (blocker_id, blocked_id, reason) on public.blocks to authenticated;
grant delete on public.blocks to authenticated;
create policy own_select on public.blocks for select to authenticated
    using (blocker_id = (select auth.uid()));
create policy own_insert on public.blocks for insert to authenticated
    with check (blocker_id = (select auth.uid()) and blocked_id <> (select auth.uid())
        and private.knows(blocked_id));
create policy own_delete on public.blocks for delete to authenticated
    using (blocker_id = (select auth.uid()));
create policy active_insert on public.blocks as restrictive for insert to authenticated
    with check ((select private.is_active()));
create policy active_delete on public.blocks as restrictive for delete to authenticated
    using ((select private.is_active()));

-- enforcement: what was decided, not by whom nor on whose report. Readable while suspended.
grant select (id, user_id, action_type, duration_days, reason, enacted_at, expires_at, is_active)
    on public.enforcement_actions to authenticated;
create policy own_select on public.enforcement_actions for select to authenticated
    using (user_id = (select auth.uid()));

-- appeals: against one's own enforcement, also while suspended. Administrators read them.
grant select (id, user_id, enforcement_action_id, action_type, reason, status, resolution_notes,
    created_at, updated_at) on public.appeals to authenticated;
grant insert (user_id, enforcement_action_id, action_type, reason)
    on public.appeals to authenticated;
create policy own_or_admin_select on public.appeals for select to authenticated
    using (user_id = (select auth.uid()) or (select private.is_admin()));
create policy own_insert on public.appeals for insert to authenticated
    with check (user_id = (select auth.uid()) and enforcement_action_id in (
        select id from public.enforcement_actions where user_id = (select auth.uid())));

-- requests about one's own data: an export also while suspended
grant select (id, user_id, status, request_type, requested_at, completed_at, expires_at)
    on public.data_export_requests to authenticated;
grant insert (user_id, request_type) on public.data_export_requests to authenticated;
create policy own_select on public.data_export_requests for select to authenticated
    using (user_id = (select auth.uid()));
create policy own_insert on public.data_export_requests for insert to authenticated
    with check (user_id = (select auth.uid()));
grant select (id, user_id, status, request_type, requested_at, grace_period_ends_at,
    completed_at) on public.data_deletion_requests to authenticated;
grant insert (user_id, request_type) on public.data_deletion_requests to authenticated;
create policy own_select on public.data_deletion_requests for select to authenticated
    using (user_id = (select auth.uid()));
create policy own_insert on public.data_deletion_requests for insert to authenticated
    with check (user_id = (select auth.uid()));
create policy active_insert on public.data_deletion_requests as restrictive for insert
    to authenticated with check ((select private.is_active()));

do $$
declare
    name text;
begin
    foreach name in array array['visual_reference_images', 'visual_preference_sessions',
        'visual_preference_pairs', 'visual_preference_profiles',
        'visual_preference_profile_snapshots', 'photo_recommendation_runs',
        'photo_recommendations', 'match_offers', 'matches', 'messages', 'typing_indicators',
        'reports', 'blocks', 'enforcement_actions', 'appeals', 'data_export_requests',
        'data_deletion_requests']
    loop
        execute format(
            'create policy not_anonymous on public.%I as restrictive for all to authenticated '
            'using (not (select private.is_anonymous())) '
            'with check (not (select private.is_anonymous()))', name);
    end loop;
end
$$;
