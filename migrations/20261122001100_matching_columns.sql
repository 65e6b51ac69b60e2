-- Why: columns the engine needs on public tables (time zone, feature vectors, the preference
--   vector as real[]), the triggers that keep them, and replica identities that name the people.
-- Lock: ACCESS EXCLUSIVE on profiles, photos, visual_reference_images and
--   visual_preference_profiles, for the time it takes to change the catalogue (no table rewrite).
-- Time: well under a second.

alter table public.profiles add column timezone text not null default 'UTC';
comment on column public.profiles.timezone is
    'IANA name, one of matching.timezone_names. The daily batch runs on this clock.';

-- Vectors are not compressed: floats do not shrink, and they are read far more than written.
alter table public.photos
    add column visual_features real[],
    add column visual_model_version text,
    alter column visual_features set storage external;
alter table public.visual_reference_images
    add column visual_features real[],
    add column visual_model_version text,
    alter column visual_features set storage external;
alter table public.visual_preference_profiles
    add column preference_embedding real[],
    alter column preference_embedding set storage external;
comment on column public.photos.visual_features is
    'Feature vector of the image, by the model visual_model_version.';
comment on column public.visual_reference_images.visual_features is
    'Feature vector of the image, by the model visual_model_version.';
comment on column public.visual_preference_profiles.preference_embedding is
    'preference_vector -> weights as real[], kept by a trigger. Null if there are none to use.';

create function private.check_profile_timezone() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    if not exists (select from matching.timezone_names where name = new.timezone) then
        raise exception 'unknown time zone "%" for user %', new.timezone, new.user_id
            using errcode = 'check_violation',
                  hint = 'Expected an IANA name such as Europe/London.';
    end if;
    return new;
end
$$;
alter function private.check_profile_timezone() owner to matchd_definer;
create trigger check_timezone
    before insert or update of timezone on public.profiles
    for each row execute function private.check_profile_timezone();

-- The weights as real[], or null with a reason: null weights are absent, without a reason.
create function private.embedding_of(
    preference_vector jsonb, out embedding real[], out reason text
)
language plpgsql immutable set search_path = ''
as $$
declare
    weights jsonb := preference_vector -> 'weights';
    strange text;
begin
    if weights is null or weights = 'null' then
        return;
    end if;
    if jsonb_typeof(weights) <> 'array' then
        reason := format('weights: expected an array, got %s', jsonb_typeof(weights));
        return;
    end if;
    select format('weights[%s]: expected a number, got %s', nr - 1, jsonb_typeof(weight))
    into strange
    from jsonb_array_elements(weights) with ordinality as w (weight, nr)
    where jsonb_typeof(weight) <> 'number'
    order by nr limit 1;
    if strange is not null then
        reason := strange;
        return;
    end if;
    select coalesce(array_agg((weight #>> '{}')::real order by nr), '{}')
    into embedding
    from jsonb_array_elements(weights) with ordinality as w (weight, nr);
exception when others then
    embedding := null;
    reason := 'weights: ' || sqlerrm;
end
$$;
alter function private.embedding_of(jsonb) owner to matchd_definer;

create function private.keep_preference_embedding() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    problem text;
begin
    select embedding, reason into new.preference_embedding, problem
    from private.embedding_of(new.preference_vector);
    if problem is not null then
        raise warning 'preference_vector of user % cannot be used: %', new.user_id, problem;
        -- once a statement: insert ... on conflict do update runs the trigger twice
        insert into matching.input_warnings as w
            (table_name, column_name, user_id, reason, last_at)
        values ('visual_preference_profiles', 'preference_vector', new.user_id, problem,
            statement_timestamp())
        on conflict (table_name, column_name, user_id) do update
            set count = w.count + 1, reason = excluded.reason, last_at = excluded.last_at
            where w.last_at < excluded.last_at;
    end if;
    return new;
end
$$;
alter function private.keep_preference_embedding() owner to matchd_definer;
create trigger keep_embedding
    before insert or update of preference_vector, preference_embedding
    on public.visual_preference_profiles
    for each row execute function private.keep_preference_embedding();

-- A replicated DELETE carries the identity columns only. These name the people (or the key that
-- the daemon keeps the row under). reported_user_id may be null, so reports are found by id.
alter table public.photos replica identity using index photos_user_id_id_key;
alter table public.compatibility_responses
    replica identity using index compatibility_responses_user_id_question_id_key;
alter table public.visual_preference_profiles
    replica identity using index visual_preference_profiles_user_id_key;
alter table public.verification_sessions
    replica identity using index verification_sessions_user_id_id_key;
alter table public.match_offers
    replica identity using index match_offers_user_id_offered_user_id_batch_date_key;
alter table public.matches replica identity using index matches_user_id_1_user_id_2_key;
alter table public.matchmaking_jobs
    replica identity using index matchmaking_jobs_batch_date_timezone_user_id_job_type_key;
alter table public.reports replica identity using index reports_reporter_id_id_key;
alter table public.blocks replica identity using index blocks_blocker_id_blocked_id_key;
alter table public.enforcement_actions
    replica identity using index enforcement_actions_user_id_id_key;
alter table public.data_deletion_requests
    replica identity using index data_deletion_requests_user_id_id_key;
alter table public.segment_config_overrides
    replica identity using index segment_config_overrides_segment_id_config_key_key;
alter table public.feature_flags replica identity using index feature_flags_key_key;
