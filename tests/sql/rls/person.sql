-- One row in every table for the person {p}, who blocked {z}.
insert into public.profiles (user_id, city) values ({p}, 'Paris');
insert into public.verification_sessions (id, user_id, status, consent_version, liveness_score)
values ({row:verification_sessions}, {p}, 'verified', 'v1', 0.9);
insert into public.photos (id, user_id, url) values ({row:photos}, {p}, 'https://img/1.jpg');
insert into public.social_identities (id, user_id, provider, provider_user_id)
values ({row:social_identities}, {p}, 'apple', {p});
insert into public.auth_sessions (id, user_id, device_id, expires_at)
values ({row:auth_sessions}, {p}, 'phone', now() + interval '1 day');
insert into public.account_recovery_requests (id, user_id, reason)
values ({row:account_recovery_requests}, {p}, 'other');
insert into public.compatibility_responses (id, user_id, question_id, version_id, answer)
select {row:compatibility_responses}, {p}, id, 'v1', '4'
from public.questions where version_id = 'v1' and position = 4;
insert into public.visual_reference_images (id, source_mode, url)
values ({row:visual_reference_images}, 'licensed_synthetic', 'l'),
       ({row:right_image}, 'licensed_synthetic', 'r');
insert into public.visual_preference_sessions (id, user_id, mode)
values ({row:visual_preference_sessions}, {p}, 'onboarding');
insert into public.visual_preference_pairs
    (id, session_id, task_index, left_image_id, right_image_id)
values ({row:visual_preference_pairs}, {row:visual_preference_sessions}, 1,
    {row:visual_reference_images}, {row:right_image});
insert into public.visual_preference_choice_events
    (id, user_id, session_id, pair_id, task_index, left_image_id, right_image_id, choice)
values ({row:visual_preference_choice_events}, {p}, {row:visual_preference_sessions},
    {row:visual_preference_pairs}, 1, {row:visual_reference_images}, {row:right_image}, 'skip');
insert into public.visual_preference_profiles (id, user_id)
values ({row:visual_preference_profiles}, {p});
insert into public.visual_preference_profile_snapshots (id, profile_id, user_id, status,
    confidence, completed_pairs, target_pairs, preference_vector, model_version, reason)
values ({row:visual_preference_profile_snapshots}, {row:visual_preference_profiles}, {p}, 'ready',
    1, 20, 20, '{}', 'v1', 'initial_build');
insert into public.photo_recommendation_runs (id, user_id, input_photo_ids)
values ({row:photo_recommendation_runs}, {p},
    array[{row:photos}, {row:photos}, {row:photos}]::uuid[]);
insert into public.photo_recommendations (id, run_id, photo_id, rank, score)
values ({row:photo_recommendations}, {row:photo_recommendation_runs}, {row:photos}, 1, 0.5);
insert into public.matchmaking_jobs
    (id, batch_date, timezone, user_id, status, idempotency_key, offers)
values ({row:matchmaking_jobs}, '2026-01-01', 'UTC', {p}, 'completed', {p}, '[]');
insert into public.blocks (id, blocker_id, blocked_id) values ({row:blocks}, {p}, {z});
insert into public.enforcement_actions
    (id, user_id, action_type, reason, enacted_by, is_active)
values ({row:enforcement_actions}, {p}, 'warning', 'x', {m}, false),
       ({row:second_action}, {p}, 'warning', 'y', {m}, false);
insert into public.appeals (id, user_id, enforcement_action_id, action_type, reason)
values ({row:appeals}, {p}, {row:enforcement_actions}, 'warning', 'please');
insert into public.user_segment_members (segment_id, user_id) values ({row:user_segments}, {p});
insert into public.admin_audit_log (id, admin_user_id, action, target_type, target_id)
values ({row:admin_audit_log}, {row:admin_users}, 'look', 'user', {p});
insert into public.admin_user_views (id, admin_user_id, viewed_user_id, view_type, reason)
values ({row:admin_user_views}, {row:admin_users}, {p}, 'profile', 'test');
insert into public.data_export_requests (id, user_id, status, request_type, requested_at)
values ({row:data_export_requests}, {p}, 'completed', 'full_export', now() - interval '9 days');
insert into public.data_deletion_requests (id, user_id, status, request_type, requested_at)
values ({row:data_deletion_requests}, {p}, 'cancelled', 'account_only', now() - interval '9 days');
insert into public.analytics_events (id, user_id, event_type, event_properties)
values ({row:analytics_events}, {p}, 'match_offer_presented',
    '{"offer_id": 1, "candidate_user_id": 1, "policy_segment": "balanced"}');
insert into public.push_tokens (id, user_id, device_id, platform, token)
values ({row:push_tokens}, {p}, 'phone', 'ios', {p});
insert into public.notifications (id, user_id, type, title, body)
values ({row:notifications}, {p}, 'new_match', 't', 'b');
insert into public.user_preferences (user_id) values ({p});
