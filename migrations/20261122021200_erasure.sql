-- Why: deletion of a person that leaves nothing of them. Two things outlive it. Reports that they
--   made against others keep a pseudonym, a row of users with a random id, and with them the
--   messages of others that they cite. A legal hold keeps who the person is (id, phone hash, date
--   of birth), reports about them with what those cite, enforcement, and the request itself,
--   until the hold is lifted and the person is erased again.
--   All of it runs as matchd_erasure, a role that nobody logs in as and that alone may delete from
--   append-only tables.
-- Lock: ACCESS EXCLUSIVE on each table, for the time it takes to change the catalogue.
-- Time: well under a second.

do $$
declare
    name text;
begin
    for name in
        select relname from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        order by relname
    loop
        execute format('create policy erasure on public.%I for all to matchd_erasure '
            'using (true) with check (true)', name);
    end loop;
end
$$;
grant usage on schema public, private, matching to matchd_erasure;

grant select, delete on
    public.profiles, public.photos, public.social_identities, public.auth_sessions,
    public.account_recovery_requests, public.compatibility_responses,
    public.visual_preference_sessions, public.visual_preference_pairs,
    public.visual_preference_choice_events, public.visual_preference_profiles,
    public.visual_preference_profile_snapshots, public.photo_recommendation_runs,
    public.photo_recommendations, public.verification_sessions, public.matchmaking_jobs,
    public.match_offers, public.matches, public.match_offer_audits, public.messages,
    public.typing_indicators, public.reports, public.blocks, public.moderation_queue,
    public.enforcement_actions, public.user_segment_members, public.data_export_requests,
    public.data_deletion_requests, public.analytics_events, public.push_tokens,
    public.notifications, public.user_preferences, public.appeals, public.users
    to matchd_erasure;
grant select on public.admin_users, public.admin_audit_log, public.admin_user_views,
    public.feature_flags, public.user_segments to matchd_erasure;
grant insert, update on public.users to matchd_erasure;
grant update (offers) on public.matchmaking_jobs to matchd_erasure;
grant update (event_properties) on public.analytics_events to matchd_erasure;
grant update (reporter_id, reported_message_id, reported_match_id)
    on public.reports to matchd_erasure;
grant update (user_id_1, user_id_2, closed_by) on public.matches to matchd_erasure;
grant update (report_id) on public.enforcement_actions to matchd_erasure;
grant update (assigned_to) on public.moderation_queue to matchd_erasure;
grant update (revoked_by) on public.auth_sessions to matchd_erasure;
grant update (latest_snapshot_id, last_session_id)
    on public.visual_preference_profiles to matchd_erasure;
grant update (viewed_user_id) on public.admin_user_views to matchd_erasure;
grant update (target_id, old_value, new_value) on public.admin_audit_log to matchd_erasure;
grant update (target_user_ids) on public.feature_flags to matchd_erasure;
grant update (status, processing_started_at) on public.data_deletion_requests to matchd_erasure;
grant select, delete on matching.user_config_overrides, matching.policy_segments,
    matching.input_warnings, matching.block_removals, matching.offer_details,
    matching.offer_events, matching.match_events, matching.presented_offers, matching.outbox,
    matching.idempotency_keys, matching.staged_jobs, matching.staged_offers to matchd_erasure;

-- Offers of and to the person, what is derived from them, and their name in the records of others.
create function private.erase_offers(person uuid, pseudonym uuid) returns void
language plpgsql volatile set search_path = ''
as $$
declare
    offers uuid[] := array(select id from public.match_offers
                           where person in (user_id, offered_user_id));
    others uuid[] := array(
        select user_id from public.match_offers where offered_user_id = person
        union select offered_user_id from public.match_offers where user_id = person
        union select user_id_1 from public.matches where user_id_2 = person
        union select user_id_2 from public.matches where user_id_1 = person);
    mentions text := '%' || person || '%';
begin
    delete from public.match_offer_audits where offer_id = any (offers);
    delete from matching.offer_details where offer_id = any (offers);
    delete from matching.offer_events where offer_id = any (offers);
    delete from matching.presented_offers where offer_id = any (offers);
    delete from public.match_offers where id = any (offers);
    update public.matchmaking_jobs
    set offers = (
        select coalesce(jsonb_agg(e order by (e ->> 'rank')::integer), '[]')
        from jsonb_array_elements(matchmaking_jobs.offers) as e
        where e ->> 'user' <> person::text)
    where user_id = any (others)
      and matchmaking_jobs.offers @> jsonb_build_array(jsonb_build_object('user', person));
    delete from public.analytics_events where user_id = person;
    update public.analytics_events
    set event_properties = replace(event_properties::text, person::text, pseudonym::text)::jsonb
    where user_id = any (others) and event_properties::text like mentions;
    delete from public.notifications
    where user_id = any (others) and concat(data::text, action_url) like mentions;
    delete from matching.outbox where user_id = person or payload::text like mentions;
    delete from matching.idempotency_keys where user_id = person or answer::text like mentions;
    delete from matching.staged_offers where person in (user_id, offered_user_id);
    delete from matching.staged_jobs where user_id = person;
end
$$;

-- Reports, matches and messages. What a report that stays cites stays with it.
create function private.erase_conversations(person uuid, pseudonym uuid, hold boolean)
returns void
language plpgsql volatile set search_path = ''
as $$
declare
    own_matches uuid[] := array(select id from public.matches
                                where person in (user_id_1, user_id_2));
    cited_messages uuid[];
    cited_matches uuid[];
    held_matches uuid[] := array[]::uuid[];
begin
    if not hold then
        delete from public.moderation_queue
        where report_id in (select id from public.reports where reported_user_id = person);
        update public.enforcement_actions set report_id = null
        where report_id in (select id from public.reports where reported_user_id = person);
        delete from public.reports where reported_user_id = person;
    end if;
    cited_messages := array(
        select m.id from public.messages as m join public.reports as r
          on r.reported_message_id = m.id
        where m.match_id = any (own_matches));
    cited_matches := array(
        select match_id from public.messages where id = any (cited_messages)
        union
        select reported_match_id from public.reports where reported_match_id = any (own_matches));
    if hold then
        held_matches := array(
            select r.reported_match_id from public.reports as r
            where r.reported_user_id = person and r.reported_match_id is not null
            union
            select m.match_id from public.messages as m join public.reports as r
              on r.reported_message_id = m.id
            where r.reported_user_id = person);
    end if;
    update public.reports set reporter_id = pseudonym where reporter_id = person;
    delete from public.typing_indicators where match_id = any (own_matches);
    delete from public.messages
    where match_id = any (own_matches) and id <> all (cited_messages);
    delete from matching.match_events
    where match_id = any (own_matches) and match_id <> all (cited_matches);
    delete from public.matches where id = any (own_matches) and id <> all (cited_matches);
    update public.matches
    set user_id_1 = least(pseudonym, case person when user_id_1 then user_id_2 else user_id_1 end),
        user_id_2 = greatest(pseudonym,
            case person when user_id_1 then user_id_2 else user_id_1 end),
        closed_by = case closed_by when person then pseudonym else closed_by end
    where id = any (cited_matches) and id <> all (held_matches);
end
$$;

-- The rest, table by table. Deletions that would cascade into append-only tables come first.
create function private.erase_rows(person uuid, hold boolean) returns void
language plpgsql volatile set search_path = ''
as $$
declare
    name text;
begin
    update public.visual_preference_profiles
    set latest_snapshot_id = null, last_session_id = null where user_id = person;
    foreach name in array array['public.appeals', 'public.photo_recommendation_runs',
        'public.visual_preference_choice_events', 'public.visual_preference_profile_snapshots',
        'public.visual_preference_profiles', 'public.visual_preference_sessions',
        'public.photos', 'public.verification_sessions', 'public.social_identities',
        'public.auth_sessions', 'public.account_recovery_requests',
        'public.compatibility_responses', 'public.matchmaking_jobs', 'public.push_tokens',
        'public.notifications', 'public.user_preferences', 'public.user_segment_members',
        'public.data_export_requests', 'public.profiles', 'matching.input_warnings',
        'matching.user_config_overrides', 'matching.policy_segments']
    loop
        execute format('delete from %s where user_id = $1', name) using person;
    end loop;
    delete from public.blocks where person in (blocker_id, blocked_id);
    delete from matching.block_removals where person in (blocker_id, blocked_id);
    update public.auth_sessions set revoked_by = null where revoked_by = person;
    update public.moderation_queue set assigned_to = null where assigned_to = person;
    update public.feature_flags set target_user_ids = array_remove(target_user_ids, person)
    where target_user_ids @> array[person];
    update public.admin_audit_log set target_id = null, old_value = null, new_value = null
    where target_id = person or concat(old_value::text, new_value::text) like '%' || person || '%';
    if not hold then
        delete from public.enforcement_actions where user_id = person;
        delete from public.data_deletion_requests where user_id = person;
    end if;
end
$$;

-- A row of users that stands for somebody who was erased: nothing in it is theirs.
create function private.make_pseudonym(pseudonym uuid) returns void
language sql volatile set search_path = ''
as $$
    insert into public.users (id, phone_hash, phone_last_four, date_of_birth, status, deleted_at)
    values (pseudonym, 'erased-' || pseudonym, '0000', '1900-01-01', 'deleted', now())
$$;

-- Erases a person whose deletion is due: asked for, past the period of grace, or under way.
create function private.erase_person(person uuid) returns jsonb
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    hold boolean;
    due boolean;
    pseudonym uuid := gen_random_uuid();
begin
    perform from public.users where id = person for update;
    if not found then
        raise exception 'person not found' using errcode = 'PT404', detail = 'not_found';
    end if;
    if exists (select from public.admin_users where user_id = person) then
        raise exception 'an administrator cannot be erased'
            using errcode = 'PT409', detail = 'administrator';
    end if;
    select bool_or(legal_hold),
           bool_or(status = 'processing'
                   or (status = 'in_grace_period' and grace_period_ends_at <= now()))
    into hold, due from public.data_deletion_requests where user_id = person;
    if due is not true then
        raise exception 'the deletion is not due' using errcode = 'PT409', detail = 'not_due';
    end if;
    update public.data_deletion_requests
    set status = 'processing', processing_started_at = coalesce(processing_started_at, now())
    where user_id = person and status in ('in_grace_period', 'processing');
    update public.users
    set status = 'deleted', deleted_at = coalesce(deleted_at, now()), display_name = null,
        bio = null, gender = null, seeking_gender = null, last_active_at = null
    where id = person;
    perform private.make_pseudonym(pseudonym);
    perform private.erase_offers(person, pseudonym);
    perform private.erase_conversations(person, pseudonym, hold);
    update public.admin_user_views set viewed_user_id = pseudonym where viewed_user_id = person;
    perform private.erase_rows(person, hold);
    if not hold then
        delete from public.users where id = person;
    end if;
    if not exists (select from public.reports where reporter_id = pseudonym)
        and not exists (select from public.admin_user_views where viewed_user_id = pseudonym)
        and not exists (select from public.matches where pseudonym in (user_id_1, user_id_2)) then
        delete from public.users where id = pseudonym;
    end if;
    return jsonb_build_object('erased', not hold, 'legal_hold', hold);
end
$$;

grant create on schema private to matchd_erasure;
do $$
declare
    signature text;
begin
    foreach signature in array array['erase_offers(uuid, uuid)',
        'erase_conversations(uuid, uuid, boolean)', 'erase_rows(uuid, boolean)',
        'make_pseudonym(uuid)', 'erase_person(uuid)']
    loop
        execute format('alter function private.%s owner to matchd_erasure', signature);
        execute format('revoke execute on function private.%s from public', signature);
    end loop;
end
$$;
revoke create on schema private from matchd_erasure;

create function public.erase_person(person uuid) returns jsonb
language sql volatile set search_path = ''
return private.erase_person(person);
comment on function public.erase_person(uuid) is
    'Erases a person whose deletion is due, for the API server. legal_hold: something was kept.';
revoke execute on function public.erase_person(uuid) from public;
grant execute on function private.erase_person(uuid), public.erase_person(uuid) to service_role;
