-- Why: the steps that actions and consequences share: locking people, ending offers and matches,
--   announcing, and making a match when both sides accepted and have a place.
--
--   Order of locks, everywhere: request keys, people by id, ledger rows and offers. Publishing
--   holds FOR SHARE on the people of its offers, and whatever ends offers holds FOR NO KEY UPDATE,
--   so either sees what the other committed. That needs a new snapshot a statement, hence
--   READ COMMITTED.
--
--   Refusals carry an SQLSTATE that PostgREST turns into a status: PT400, PT403, PT404, PT409.
--   Their detail is a reason in one word.
-- Lock: none that anyone waits for.
-- Time: well under a second.

create function private.require_read_committed() returns void
language plpgsql stable set search_path = ''
as $$
begin
    if pg_catalog.current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'this needs isolation level "read committed", not "%"',
            pg_catalog.current_setting('transaction_isolation')
            using errcode = 'feature_not_supported',
                  hint = 'It locks people and then has to see what was committed meanwhile.';
    end if;
end
$$;

create function private.lock_people(people uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
    perform private.require_read_committed();
    perform from public.users where id = any (people) order by id for no key update;
end
$$;

-- Who may be shown and matched: active, and neither suspended, banned nor on the way out.
create function private.is_shown(person uuid) returns boolean
language sql stable set search_path = ''
as $$
    select exists (
        select from private.people_in_good_standing as g
        join public.users as u on u.id = g.id
        where g.id = person and u.status = 'active'
          and not exists (
            select from public.data_deletion_requests as d
            where d.user_id = person
              and d.status in ('in_grace_period', 'processing', 'completed')))
$$;

create function private.announce(event text, person uuid, payload jsonb) returns void
language sql volatile set search_path = ''
as $$
    insert into matching.outbox (event_type, user_id, payload) values (event, person, payload)
$$;

-- An analytics event, and its announcement.
create function private.note_event(event text, person uuid, properties jsonb) returns void
language sql volatile set search_path = ''
as $$
    insert into public.analytics_events (user_id, event_type, event_properties)
    values (person, event, properties);
    insert into matching.outbox (event_type, user_id, payload) values (event, person, properties);
$$;

-- The people of the offers are locked, or the rows are (the sweep). Returns how many were open.
create function private.end_offers(offers uuid[], why text) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
    ended integer;
begin
    with open as (
        select id, status from public.match_offers
        where id = any (offers) and status in ('offered', 'accepted', 'not_now')
        order by id for no key update
    ), changed as (
        update public.match_offers as o set status = 'expired'
        from open where o.id = open.id
        returning o.id, open.status
    )
    insert into matching.offer_events (offer_id, previous_status, new_status, cause)
    select id, status, 'expired', why from changed;
    get diagnostics ended = row_count;
    return ended;
end
$$;

-- Closes what is active of the matches, and returns the people who have a place again.
create function private.close_matches(closing uuid[], as_reason text, ended_by uuid, why text,
    said text default null)
returns uuid[]
language plpgsql volatile set search_path = ''
as $$
declare
    freed uuid[];
begin
    with changed as (
        update public.matches
        set status = 'closed', closed_reason = as_reason, closed_by = ended_by, closed_at = now()
        where id = any (closing) and status = 'active'
        returning id, user_id_1, user_id_2
    ), noted as (
        insert into matching.match_events (match_id, new_status, cause, reason)
        select id, 'closed', why, said from changed
    )
    select coalesce(array_agg(person order by person), '{}') into freed
    from changed, unnest(array[user_id_1, user_id_2]) as person;
    return freed;
end
$$;

create function private.has_place(person uuid) returns boolean
language sql stable set search_path = ''
as $$
    select (select count(*) from public.matches
            where user_id_1 = person and status = 'active')
         + (select count(*) from public.matches
            where user_id_2 = person and status = 'active')
         < private.config_integer(person, 'MAX_ACTIVE_MATCHES_BETA')
$$;

-- Both offers are accepted and unexpired, both people locked. Null if either has no place.
-- The offers become matched before the match exists: its trigger ends the pair's open offers.
create function private.make_match(later_offer uuid, earlier_offer uuid) returns uuid
language plpgsql volatile set search_path = ''
as $$
declare
    person uuid;
    other uuid;
    match uuid := gen_random_uuid();
begin
    select user_id, offered_user_id into strict person, other
    from public.match_offers where id = later_offer;
    if not (private.has_place(person) and private.has_place(other)) then
        return null;
    end if;
    update public.match_offers set status = 'matched'
    where id in (later_offer, earlier_offer);
    insert into matching.offer_events (offer_id, previous_status, new_status, cause)
    values (earlier_offer, 'accepted', 'matched', 'mutual'),
           (later_offer, 'accepted', 'matched', 'mutual');
    insert into public.matches (id, user_id_1, user_id_2)
    values (match, least(person, other), greatest(person, other));
    insert into matching.match_events (match_id, new_status, cause)
    values (match, 'active', 'mutual');
    perform private.note_event('match_mutual_created', person, jsonb_build_object(
        'match_id', match, 'offer_id', later_offer, 'other_offer_id', earlier_offer,
        'other_user_id', other, 'policy_segment', private.segment_of(person)));
    return match;
end
$$;

-- Accepted on both sides and not yet a match, for want of a place. later is the second accept.
create view private.waiting_pairs with (security_invoker = on) as
select mine.id as later, theirs.id as earlier, mine.user_id, mine.offered_user_id,
       mine.action_at
from public.match_offers as mine
join public.match_offers as theirs
  on theirs.user_id = mine.offered_user_id and theirs.offered_user_id = mine.user_id
where mine.status = 'accepted' and mine.expires_at > clock_timestamp()
  and theirs.status = 'accepted' and theirs.expires_at > clock_timestamp()
  and (mine.action_at, mine.id) > (theirs.action_at, theirs.id)
  and not exists (
    select from public.matches as m
    where m.user_id_1 = least(mine.user_id, mine.offered_user_id)
      and m.user_id_2 = greatest(mine.user_id, mine.offered_user_id));

-- Matches of these people (null: of anybody) that waited for a place: those that accepted first
-- come first. Whoever is locked by another transaction is left to the next sweep, so that locks
-- are never waited for out of order.
create function private.fill_places(people uuid[]) returns integer
language plpgsql volatile set search_path = ''
as $$
declare
    waiting record;
    made integer := 0;
begin
    for waiting in
        select * from private.waiting_pairs
        where people is null or user_id = any (people) or offered_user_id = any (people)
        order by action_at, later
    loop
        continue when (select count(*) from (
            select from public.users where id in (waiting.user_id, waiting.offered_user_id)
            order by id for no key update skip locked) as got) < 2;
        -- locked now: look again
        continue when not exists (
            select from private.waiting_pairs
            where later = waiting.later and earlier = waiting.earlier);
        continue when not (private.is_shown(waiting.user_id)
                           and private.is_shown(waiting.offered_user_id));
        if private.make_match(waiting.later, waiting.earlier) is not null then
            made := made + 1;
        end if;
    end loop;
    return made;
end
$$;

-- Between two people: open offers either way end, an active match closes.
create function private.part_pairs(ones uuid[], others uuid[], why text, ended_by uuid[])
returns void
language plpgsql volatile set search_path = ''
as $$
declare
    closing record;
begin
    perform private.lock_people(array(
        select distinct person from unnest(ones || others) as person where person is not null));
    perform private.end_offers(array(
        select o.id from unnest(ones || others, others || ones) as p (one, other)
        join public.match_offers as o on o.user_id = p.one and o.offered_user_id = p.other
        where o.status in ('offered', 'accepted', 'not_now')), why);
    for closing in
        select m.id, p.by_whom
        from unnest(ones, others, ended_by) as p (one, other, by_whom)
        join public.matches as m
          on m.user_id_1 = least(p.one, p.other) and m.user_id_2 = greatest(p.one, p.other)
        where m.status = 'active' order by m.id
    loop
        perform private.fill_places(
            private.close_matches(array[closing.id], 'blocked', closing.by_whom, why));
    end loop;
end
$$;

-- Somebody is gone for good: offers of and to them end, their active matches close.
create function private.part_people(gone uuid[], as_reason text, why text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
    freed uuid[];
begin
    perform private.lock_people(gone);
    perform private.end_offers(array(
        select id from public.match_offers
        where user_id = any (gone) and status in ('offered', 'accepted', 'not_now')
        union
        select id from public.match_offers
        where offered_user_id = any (gone) and status in ('offered', 'accepted', 'not_now')), why);
    freed := private.close_matches(array(
        select id from public.matches where user_id_1 = any (gone) and status = 'active'
        union
        select id from public.matches where user_id_2 = any (gone) and status = 'active'),
        as_reason, null, why);
    if freed <> '{}' then
        perform private.fill_places(freed);
    end if;
end
$$;

-- what the functions of this and the next files touch
grant update (updated_at) on public.users to matchd_definer;
grant select, insert, update (status, cooldown_until, action_at, action_type)
    on public.match_offers to matchd_definer;
grant select, insert, update (status, closed_reason, closed_by, closed_at)
    on public.matches to matchd_definer;
grant insert on public.match_offer_audits, public.analytics_events to matchd_definer;
grant select on private.waiting_pairs to matchd_definer;

do $$
declare
    signature text;
begin
    foreach signature in array array['require_read_committed()', 'lock_people(uuid[])',
        'is_shown(uuid)', 'announce(text, uuid, jsonb)', 'note_event(text, uuid, jsonb)',
        'end_offers(uuid[], text)', 'close_matches(uuid[], text, uuid, text, text)',
        'has_place(uuid)', 'make_match(uuid, uuid)', 'fill_places(uuid[])',
        'part_pairs(uuid[], uuid[], text, uuid[])', 'part_people(uuid[], text, text)']
    loop
        execute format('alter function private.%s owner to matchd_definer', signature);
        execute format('revoke execute on function private.%s from public', signature);
    end loop;
end
$$;
