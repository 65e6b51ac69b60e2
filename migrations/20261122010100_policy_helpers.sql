-- Why: questions that policies ask. They run with definer rights, because under the caller's own
--   rights a policy would not see the other side's block, and policies would call each other.
--   Each answers only for the caller (auth.uid()), and a policy asks it once a statement:
--   (select private.is_active()), match_id in (select private.my_open_matches()).
-- Lock: none that anyone waits for.
-- Time: well under a second.

grant select (id, status, deleted_at) on public.users to matchd_definer;
grant select (user_id, action_type, is_active, expires_at)
    on public.enforcement_actions to matchd_definer;
grant select (user_id) on public.admin_users to matchd_definer;
grant select (blocker_id, blocked_id) on public.blocks to matchd_definer;
grant select (id, user_id_1, user_id_2, status) on public.matches to matchd_definer;
grant select (user_id, offered_user_id, status) on public.match_offers to matchd_definer;
grant select (id, match_id, sender_id) on public.messages to matchd_definer;
grant select (id, user_id) on public.visual_preference_sessions to matchd_definer;
grant select (session_id, left_image_id, right_image_id)
    on public.visual_preference_pairs to matchd_definer;
grant select (user_id, version_id) on public.compatibility_responses to matchd_definer;
grant select (key, value) on public.system_config to matchd_definer;

-- Bound to their functions when they are made: schema auth need not be open to the definer role.
create function private.caller() returns uuid
language sql stable set search_path = '' return auth.uid();
comment on function private.caller() is 'Who the request is from.';
create function private.claims() returns jsonb
language sql stable set search_path = '' return auth.jwt();
comment on function private.claims() is 'What the token of the request says.';

create function private.is_anonymous() returns boolean
language sql stable security definer set search_path = ''
as $$
    select coalesce((select private.claims()) ->> 'is_anonymous', 'false') <> 'false'
$$;
comment on function private.is_anonymous() is 'An anonymous sign-in: authenticated, but nobody.';

-- Not suspended, banned or deleted. A token outlives a ban, so every write asks again.
create view private.people_in_good_standing with (security_invoker = on) as
select u.id
from public.users as u
where u.status not in ('suspended', 'deleted') and u.deleted_at is null
  and not exists (
    select from public.enforcement_actions as e
    where e.user_id = u.id and e.is_active
      and e.action_type in ('temporary_suspension', 'permanent_ban', 'device_ban')
      and (e.expires_at is null or e.expires_at > now()));
comment on view private.people_in_good_standing is
    'People who are neither suspended, banned nor deleted.';

-- Blocks count in both directions.
create view private.blocked_pairs with (security_invoker = on) as
select blocker_id as one, blocked_id as other from public.blocks
union all
select blocked_id, blocker_id from public.blocks;
comment on view private.blocked_pairs is 'Every block, seen from either side.';
grant select on private.people_in_good_standing, private.blocked_pairs to matchd_definer;

create function private.is_in_good_standing(person uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
    select exists (select from private.people_in_good_standing where id = person)
$$;
comment on function private.is_in_good_standing(uuid) is
    'The person exists and is neither suspended, banned nor deleted.';

create function private.is_active() returns boolean
language sql stable security definer set search_path = ''
as $$
    select private.is_in_good_standing((select private.caller()))
$$;
comment on function private.is_active() is 'The caller is in good standing.';

-- Where the token states an assurance level it has to be the second: a stolen password of an
-- administrator opens nothing.
create function private.is_admin() returns boolean
language sql stable security definer set search_path = ''
as $$
    select coalesce((select private.claims()) ->> 'aal', 'aal2') = 'aal2'
       and not private.is_anonymous()
       and exists (select from public.admin_users where user_id = (select private.caller()))
       and private.is_active()
$$;
comment on function private.is_admin() is 'The caller is an administrator, with two factors.';

create function private.is_blocked_pair(one uuid, other uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
    select exists (
        select from private.blocked_pairs as b
        where b.one = is_blocked_pair.one and b.other = is_blocked_pair.other)
$$;
comment on function private.is_blocked_pair(uuid, uuid) is 'Either has blocked the other.';

create function private.my_open_matches() returns setof uuid
language sql stable security definer set search_path = ''
as $$
    select m.id
    from (
        select id, user_id_2 as other from public.matches
        where user_id_1 = (select private.caller()) and status = 'active'
        union all
        select id, user_id_1 from public.matches
        where user_id_2 = (select private.caller()) and status = 'active'
    ) as m
    join private.people_in_good_standing as p on p.id = m.other
    where not exists (
        select from private.blocked_pairs as b
        where b.one = (select private.caller()) and b.other = m.other)
$$;
comment on function private.my_open_matches() is
    'Active matches of the caller whose other side is neither blocked nor suspended.';

create function private.my_visible_candidates() returns setof uuid
language sql stable security definer set search_path = ''
as $$
    select o.offered_user_id
    from public.match_offers as o
    join private.people_in_good_standing as p on p.id = o.offered_user_id
    where o.user_id = (select private.caller()) and o.status <> 'expired'
      and not exists (
        select from private.blocked_pairs as b
        where b.one = (select private.caller()) and b.other = o.offered_user_id)
$$;
comment on function private.my_visible_candidates() is
    'People offered to the caller who are neither blocked nor suspended.';

-- Whoever the caller may report or block: somebody shown to them, or matched with them. For
-- anybody else the answer is the same whether the id exists or not.
create function private.knows(person uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
    select exists (
        select from public.match_offers
        where user_id = (select private.caller()) and offered_user_id = person
    ) or exists (
        select from public.matches
        where user_id_1 = least(person, (select private.caller()))
          and user_id_2 = greatest(person, (select private.caller())))
$$;
comment on function private.knows(uuid) is 'The person was offered to the caller or matched.';

-- A report names somebody the caller knows, or a match or message of their own.
create function private.may_report(person uuid, message uuid, match uuid) returns boolean
language sql stable security definer set search_path = ''
as $$
    select coalesce(person, message, match) is not null
       and (person is null
            or (person <> (select private.caller()) and private.knows(person)))
       and (match is null or exists (
            select from public.matches
            where id = match and (select private.caller()) in (user_id_1, user_id_2)))
       and (message is null or exists (
            select from public.messages as s join public.matches as m on m.id = s.match_id
            where s.id = message and (select private.caller()) in (m.user_id_1, m.user_id_2)
              and s.sender_id <> (select private.caller())))
$$;
comment on function private.may_report(uuid, uuid, uuid) is
    'The caller has to do with every target that a report names.';

create function private.my_images() returns setof uuid
language sql stable security definer set search_path = ''
as $$
    select unnest(array[p.left_image_id, p.right_image_id])
    from public.visual_preference_pairs as p
    join public.visual_preference_sessions as s on s.id = p.session_id
    where s.user_id = (select private.caller())
$$;
comment on function private.my_images() is 'Images of the pairs of the caller''s sessions.';

create function private.my_versions() returns setof text
language sql stable security definer set search_path = ''
as $$
    select distinct version_id from public.compatibility_responses
    where user_id = (select private.caller())
    union
    select value from public.system_config where key = 'QUESTIONNAIRE_VERSION'
$$;
comment on function private.my_versions() is
    'Questionnaire versions the caller may read: the active one and those answered.';

create function private.cohort_floor() returns integer
language sql stable security definer set search_path = ''
as $$
    select coalesce((
        select value::integer from public.system_config
        where key = 'MATCH_COHORT_MIN_SAMPLE_SIZE' and value ~ '^\d{1,9}$'), 50)
$$;
comment on function private.cohort_floor() is 'Smaller cohorts are shown to nobody.';

-- A photo lies in the folder of its person: if the address names a person, it is the caller.
create function private.is_own_address(address text) returns boolean
language sql stable set search_path = ''
as $$
    select address is null
        or (position('..' in address) = 0
            and not exists (
                select from regexp_matches(lower(address),
                    '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?=/)', 'g'
                ) as folder (id)
                where folder.id[1] <> (select auth.uid())::text))
$$;
comment on function private.is_own_address(text) is
    'The address of a photo names no other person''s folder.';

do $$
declare
    signature text;
begin
    foreach signature in array array[
        'caller()', 'claims()', 'is_anonymous()', 'is_in_good_standing(uuid)', 'is_active()',
        'is_admin()', 'is_blocked_pair(uuid, uuid)', 'my_open_matches()',
        'my_visible_candidates()', 'knows(uuid)', 'may_report(uuid, uuid, uuid)', 'my_images()',
        'my_versions()',
        'cohort_floor()', 'is_own_address(text)']
    loop
        execute format('alter function private.%s owner to matchd_definer', signature);
        execute format('revoke execute on function private.%s from public', signature);
    end loop;
end
$$;
-- Not the two that take a person: those only functions ask.
grant execute on function private.is_anonymous(), private.is_active(), private.is_admin(),
    private.my_open_matches(), private.my_visible_candidates(), private.knows(uuid),
    private.may_report(uuid, uuid, uuid), private.my_images(), private.my_versions(),
    private.cohort_floor(), private.is_own_address(text)
    to authenticated;
