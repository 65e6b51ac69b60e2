-- Why: things a person does that are more than writing a column: where they are, what they have
--   read, which login to end, and an administrator's look at a person. The functions of schema
--   public run with the caller's rights and pass on to schema private.
-- Lock: none that anyone waits for.
-- Time: well under a second.

-- Two decimals: 1.1 km, and no more is kept. Distances cannot tell more than that.
create function private.set_location(latitude numeric, longitude numeric) returns void
language plpgsql security definer set search_path = ''
as $$
begin
    if private.is_anonymous() or not private.is_active() then
        raise exception 'not allowed' using errcode = 'insufficient_privilege';
    end if;
    if (latitude is null) <> (longitude is null) then
        raise exception 'expected both coordinates or neither'
            using errcode = 'null_value_not_allowed';
    end if;
    update public.profiles as p
    set latitude = round(set_location.latitude, 2), longitude = round(set_location.longitude, 2)
    where p.user_id = (select private.caller());
    if not found then
        raise exception 'no profile yet' using errcode = 'no_data_found';
    end if;
end
$$;
grant select (user_id), update (latitude, longitude) on public.profiles to matchd_definer;

-- Marks what the other side wrote in a match of the caller as read, and returns how many.
create function private.read_messages(of_match uuid) returns integer
language plpgsql security definer set search_path = ''
as $$
declare
    marked integer;
begin
    if private.is_anonymous() or not private.is_active()
        or of_match not in (select private.my_open_matches()) then
        raise exception 'match not found' using errcode = 'no_data_found';
    end if;
    update public.messages
    set read_at = now(), status = 'read'
    where match_id = of_match and sender_id <> (select private.caller())
      and read_at is null and deleted_at is null;
    get diagnostics marked = row_count;
    return marked;
end
$$;
grant select (read_at, deleted_at, status), update (read_at, status)
    on public.messages to matchd_definer;

create function private.revoke_session(session uuid) returns boolean
language plpgsql security definer set search_path = ''
as $$
begin
    update public.auth_sessions
    set revoked_at = now(), revoked_reason = 'logout', revoked_by = (select private.caller())
    where id = session and user_id = (select private.caller()) and revoked_at is null;
    return found;
end
$$;
grant select (id, user_id, revoked_at), update (revoked_at, revoked_reason, revoked_by)
    on public.auth_sessions to matchd_definer;

-- What an administrator sees of a person, written down before it is shown. Raw answers, vectors
-- and verification material are in none of the views.
create function private.view_person(person uuid, view text, why text) returns jsonb
language plpgsql security definer set search_path = ''
as $$
declare
    shown jsonb;
begin
    if not private.is_admin() then
        raise exception 'not an administrator' using errcode = 'insufficient_privilege';
    end if;
    if coalesce(btrim(why), '') = '' then
        raise exception 'a reason is required' using errcode = 'null_value_not_allowed';
    end if;
    if not exists (select from public.users where id = person) then
        raise exception 'person not found' using errcode = 'no_data_found';
    end if;
    -- a check of that table knows the views there are
    insert into public.admin_user_views (admin_user_id, viewed_user_id, view_type, reason)
    select id, person, view, why from public.admin_users
    where user_id = (select private.caller());
    case view
    when 'profile' then
        select jsonb_build_object('id', u.id, 'display_name', u.display_name, 'bio', u.bio,
            'status', u.status, 'created_at', u.created_at, 'city', p.city, 'country', p.country)
        into shown
        from public.users as u left join public.profiles as p on p.user_id = u.id
        where u.id = person;
    when 'messages' then
        -- only what somebody reported
        select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'match_id', m.match_id,
            'content', m.content, 'created_at', m.created_at) order by m.created_at), '[]')
        into shown
        from public.messages as m
        where m.sender_id = person
          and exists (select from public.reports as r where r.reported_message_id = m.id);
    when 'reports' then
        select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'category', r.category,
            'severity', r.severity, 'status', r.status, 'description', r.description,
            'created_at', r.created_at) order by r.created_at), '[]')
        into shown
        from public.reports as r where r.reported_user_id = person;
    when 'activity' then
        select jsonb_build_object('last_active_at', u.last_active_at,
            'open_matches', (select count(*) from public.matches
                where person in (user_id_1, user_id_2) and status = 'active'),
            'enforcement', (select coalesce(jsonb_agg(jsonb_build_object(
                'action_type', action_type, 'is_active', is_active, 'expires_at', expires_at)),
                '[]') from public.enforcement_actions where user_id = person))
        into shown
        from public.users as u where u.id = person;
    end case;
    return shown;
end
$$;
grant select (id, user_id) on public.admin_users to matchd_definer;
grant select (id), insert (admin_user_id, viewed_user_id, view_type, reason)
    on public.admin_user_views to matchd_definer;
grant select (display_name, bio, created_at, last_active_at) on public.users to matchd_definer;
grant select (city, country) on public.profiles to matchd_definer;
grant select (content) on public.messages to matchd_definer;
grant select (id, reported_user_id, reported_message_id, category, severity, status, description,
    created_at) on public.reports to matchd_definer;

alter function private.set_location(numeric, numeric) owner to matchd_definer;
alter function private.read_messages(uuid) owner to matchd_definer;
alter function private.revoke_session(uuid) owner to matchd_definer;
alter function private.view_person(uuid, text, text) owner to matchd_definer;

-- The open ones. Their bodies are bound when they are made: schema private stays closed.
create function public.set_my_location(latitude numeric, longitude numeric) returns void
language sql volatile set search_path = ''
return private.set_location(latitude, longitude);
comment on function public.set_my_location(numeric, numeric) is
    'Sets the caller''s coordinates, rounded to two decimals. Both null: none.';

create function public.mark_messages_read(match_id uuid) returns integer
language sql volatile set search_path = ''
return private.read_messages(match_id);
comment on function public.mark_messages_read(uuid) is
    'Marks the other side''s messages of a match as read. Returns how many were new.';

create function public.revoke_my_session(session_id uuid) returns boolean
language sql volatile set search_path = ''
return private.revoke_session(session_id);
comment on function public.revoke_my_session(uuid) is
    'Ends one of the caller''s logins. False if there is none of that id.';

create function public.admin_view_person(person uuid, view_type text, reason text) returns jsonb
language sql volatile set search_path = ''
return private.view_person(person, view_type, reason);
comment on function public.admin_view_person(uuid, text, text) is
    'What an administrator sees of a person. Who looked, and why, is kept in admin_user_views.';

revoke execute on function private.set_location(numeric, numeric), private.read_messages(uuid),
    private.revoke_session(uuid), private.view_person(uuid, text, text),
    public.set_my_location(numeric, numeric), public.mark_messages_read(uuid),
    public.revoke_my_session(uuid), public.admin_view_person(uuid, text, text) from public;
grant execute on function private.set_location(numeric, numeric), private.read_messages(uuid),
    private.revoke_session(uuid), private.view_person(uuid, text, text),
    public.set_my_location(numeric, numeric), public.mark_messages_read(uuid),
    public.revoke_my_session(uuid), public.admin_view_person(uuid, text, text) to authenticated;
