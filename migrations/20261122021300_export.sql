-- Why: what is held about a person, as one document. Left out: secrets (hashes, tokens, keys of
--   stored faces), who reported or reviewed the person, and what others wrote.
-- Lock: none that anyone waits for.
-- Time: well under a second.

-- The person's rows of a table, without these columns. Only functions of this file name tables.
create function private.rows_of(table_name text, person_column text, person uuid,
    without text[] default '{}')
returns jsonb
language plpgsql stable set search_path = ''
as $$
declare
    document jsonb;
begin
    execute format('select coalesce(jsonb_agg(to_jsonb(t) - $2 order by to_jsonb(t)::text), ''[]'')'
        ' from %s as t where t.%I = $1', table_name, person_column)
    into document using person, without || person_column;
    return document;
end
$$;

create function private.export_account(person uuid) returns jsonb
language sql stable set search_path = ''
as $$
    select jsonb_build_object(
        'account', (select to_jsonb(u) - array['phone_hash'] from public.users as u
                    where id = person),
        'profile', private.rows_of('public.profiles', 'user_id', person),
        'photos', private.rows_of('public.photos', 'user_id', person),
        'identities', private.rows_of('public.social_identities', 'user_id', person),
        'logins', private.rows_of('public.auth_sessions', 'user_id', person,
            array['revoked_by']),
        'recoveries', private.rows_of('public.account_recovery_requests', 'user_id', person,
            array['reviewed_by']),
        'verifications', private.rows_of('public.verification_sessions', 'user_id', person,
            array['raw_photo_key', 'face_vector_id', 'upload_url']),
        'preferences', private.rows_of('public.user_preferences', 'user_id', person),
        'devices', private.rows_of('public.push_tokens', 'user_id', person, array['token']),
        'notifications', private.rows_of('public.notifications', 'user_id', person),
        'exports', private.rows_of('public.data_export_requests', 'user_id', person,
            array['download_url']),
        'deletions', private.rows_of('public.data_deletion_requests', 'user_id', person),
        'looks_by_administrators', (
            select coalesce(jsonb_agg(jsonb_build_object('view_type', view_type,
                'created_at', created_at) order by created_at), '[]')
            from public.admin_user_views where viewed_user_id = person))
$$;

create function private.export_matching(person uuid) returns jsonb
language sql stable set search_path = ''
as $$
    select jsonb_build_object(
        'answers', private.rows_of('public.compatibility_responses', 'user_id', person),
        'visual_sessions', private.rows_of('public.visual_preference_sessions', 'user_id',
            person),
        'visual_choices', private.rows_of('public.visual_preference_choice_events', 'user_id',
            person),
        'visual_profile', private.rows_of('public.visual_preference_profiles', 'user_id',
            person),
        'visual_profile_history', private.rows_of(
            'public.visual_preference_profile_snapshots', 'user_id', person),
        'photo_advice', private.rows_of('public.photo_recommendation_runs', 'user_id', person),
        'offers', private.rows_of('public.match_offers', 'user_id', person),
        'actions', private.rows_of('public.match_offer_audits', 'user_id', person),
        'matches', (
            select coalesce(jsonb_agg(jsonb_build_object('id', id, 'status', status,
                'created_at', created_at, 'closed_at', closed_at) order by created_at, id), '[]')
            from public.matches where person in (user_id_1, user_id_2)),
        'messages_sent', private.rows_of('public.messages', 'sender_id', person),
        'segments', (
            select coalesce(jsonb_agg(s.key order by s.key), '[]')
            from public.user_segment_members as m
            join public.user_segments as s on s.id = m.segment_id where m.user_id = person),
        'policy_segment', private.rows_of('matching.policy_segments', 'user_id', person),
        'parameters', private.rows_of('matching.user_config_overrides', 'user_id', person),
        'unusable_input', private.rows_of('matching.input_warnings', 'user_id', person),
        'events', private.rows_of('public.analytics_events', 'user_id', person))
$$;

create function private.export_person(person uuid) returns jsonb
language plpgsql stable security definer set search_path = '' set row_security = on
    set timezone = 'UTC'
as $$
begin
    if not exists (select from public.users where id = person) then
        raise exception 'person not found' using errcode = 'PT404', detail = 'not_found';
    end if;
    return jsonb_build_object('version', 1, 'user_id', person, 'exported_at', now())
        || private.export_account(person) || private.export_matching(person)
        || jsonb_build_object(
            'reports_made', private.rows_of('public.reports', 'reporter_id', person,
                array['severity', 'resolution', 'action_taken', 'resolved_at']),
            'blocks_made', private.rows_of('public.blocks', 'blocker_id', person),
            'enforcement', private.rows_of('public.enforcement_actions', 'user_id', person,
                array['enacted_by', 'report_id']),
            'appeals', private.rows_of('public.appeals', 'user_id', person,
                array['reviewed_by']));
end
$$;

grant create on schema private to matchd_erasure;
do $$
declare
    signature text;
begin
    foreach signature in array array['rows_of(text, text, uuid, text[])', 'export_account(uuid)',
        'export_matching(uuid)', 'export_person(uuid)']
    loop
        execute format('alter function private.%s owner to matchd_erasure', signature);
        execute format('revoke execute on function private.%s from public', signature);
    end loop;
end
$$;
revoke create on schema private from matchd_erasure;

create function public.export_user(person uuid) returns jsonb
language sql stable set search_path = ''
return private.export_person(person);
comment on function public.export_user(uuid) is
    'Everything held about a person, as one document, for the API server.';
revoke execute on function public.export_user(uuid) from public;
grant execute on function private.export_person(uuid), public.export_user(uuid) to service_role;
grant execute on function private.export_person(uuid) to matchd_definer;
