-- Why: content that the types and checks of the tables let through: NaN and out-of-range
--   coordinates, infinite dates, inverted age ranges, empty or unknown genders sought, and
--   documents that are too big or too deep. All are named content_*.
-- Lock: ACCESS EXCLUSIVE on each table while its rows are checked.
-- Time: under a second on an empty database, about a second a million rows and table.

-- NaN is greater than every number in PostgreSQL, so a range refuses it.
alter table public.profiles
    add constraint content_latitude check (latitude between -90 and 90),
    add constraint content_longitude check (longitude between -180 and 180),
    add constraint content_age_range check (min_age_preference <= max_age_preference),
    add constraint content_city check (char_length(city) <= 120),
    add constraint content_texts check (
        char_length(region) <= 120 and char_length(country) <= 60
        and char_length(education) <= 200 and char_length(occupation) <= 200),
    add constraint content_physical_preferences check (
        octet_length(physical_preferences::text) <= 16384
        and not jsonb_path_exists(physical_preferences, 'strict $.**{8 to last}'));

alter table public.users
    add constraint content_date_of_birth check (
        isfinite(date_of_birth) and date_of_birth >= date '1900-01-01'),
    add constraint content_seeking_gender check (
        cardinality(seeking_gender) between 1 and 4 and array_position(seeking_gender, null) is null
        and seeking_gender <@ array['male', 'female', 'non_binary', 'prefer_not_to_say']),
    add constraint content_instants check (
        isfinite(created_at) and isfinite(last_active_at) and isfinite(deleted_at));

alter table public.photos
    add constraint content_urls check (
        char_length(url) between 1 and 2048 and char_length(thumbnail_url) <= 2048),
    add constraint content_features check (cardinality(visual_features) <= 4096);

alter table public.compatibility_responses
    add constraint content_answer check (
        octet_length(answer::text) <= 8192
        and not jsonb_path_exists(answer, 'strict $.**{4 to last}')),
    add constraint content_answered_at check (isfinite(answered_at));

alter table public.verification_sessions
    add constraint content_liveness check (liveness_score between 0 and 1),
    add constraint content_instants check (isfinite(created_at) and isfinite(completed_at));

alter table public.visual_preference_profiles
    add constraint content_vector check (
        octet_length(preference_vector::text) <= 262144
        and not jsonb_path_exists(preference_vector, 'strict $.**{5 to last}'));
alter table public.visual_preference_choice_events
    add constraint content_payload check (
        octet_length(event_payload::text) <= 16384
        and not jsonb_path_exists(event_payload, 'strict $.**{8 to last}'));

alter table public.match_offers
    add constraint content_pair check (user_id <> offered_user_id),
    add constraint content_instants check (isfinite(offered_at) and isfinite(expires_at));
alter table public.blocks
    add constraint content_pair check (blocker_id <> blocked_id);
alter table public.reports
    add constraint content_pair check (reporter_id <> reported_user_id),
    add constraint content_evidence check (cardinality(evidence_ids) <= 50);

-- Four bytes a character at most: the limit of 2,000 characters cannot be stretched.
alter table public.messages
    add constraint content_text check (
        content ~ '[^[:space:]]' and octet_length(content) <= 8000),
    add constraint content_client_message_id check (
        char_length(client_message_id) between 1 and 100);

alter table public.push_tokens
    add constraint content_token check (
        char_length(token) between 1 and 4096 and char_length(device_id) between 1 and 200);
alter table public.notifications
    add constraint content_data check (octet_length(data::text) <= 16384);
alter table public.analytics_events
    add constraint content_properties check (
        octet_length(event_properties::text) <= 16384
        and not jsonb_path_exists(event_properties, 'strict $.**{8 to last}')),
    add constraint content_user_properties check (
        octet_length(user_properties::text) <= 16384
        and not jsonb_path_exists(user_properties, 'strict $.**{8 to last}'));
