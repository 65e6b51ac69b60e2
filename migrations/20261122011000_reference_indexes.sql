-- Why: deleting a person, or what belongs to one, looks up every row that refers to it. These are
--   the references that no index covered. References to rows that are never deleted with a person
--   (images, questions, metric runs, administrators) are left without one.
-- Lock: SHARE on each table (writes wait) while its index is built.
-- Time: well under a second on an empty database, some seconds a million rows and table.

create index idx_photos_verification on public.photos (verification_session_id)
    where verification_session_id is not null;
create index idx_sessions_revoked_by on public.auth_sessions (revoked_by)
    where revoked_by is not null;
create index idx_vpce_pair on public.visual_preference_choice_events (pair_id);
create index idx_vpprof_last_session on public.visual_preference_profiles (last_session_id)
    where last_session_id is not null;
create index idx_vpprof_latest_snapshot on public.visual_preference_profiles (latest_snapshot_id)
    where latest_snapshot_id is not null;
create index idx_vpps_session on public.visual_preference_profile_snapshots (session_id)
    where session_id is not null;
create index idx_photo_recs_photo on public.photo_recommendations (photo_id);
create index idx_matches_closed_by on public.matches (closed_by) where closed_by is not null;
create index idx_typing_user on public.typing_indicators (user_id);
create index idx_reports_match on public.reports (reported_match_id)
    where reported_match_id is not null;
create index idx_reports_message on public.reports (reported_message_id)
    where reported_message_id is not null;
create index idx_mod_queue_report on public.moderation_queue (report_id)
    where report_id is not null;
create index idx_enforcement_report on public.enforcement_actions (report_id)
    where report_id is not null;
create index idx_appeals_action on public.appeals (enforcement_action_id)
    where enforcement_action_id is not null;
