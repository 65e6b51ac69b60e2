-- Why: ending a match, blocking and reporting as functions that give the same answer twice, and
--   the sweep that ends what has expired and makes matches that waited for a place.
-- Lock: none that anyone waits for.
-- Time: well under a second.

-- Closing a match that the other side, or a block, closed before is a conflict that says no more.
create function matching.unmatch(person uuid, of_match uuid, reason text default null,
    idempotency_key text default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' set row_security = on
    set timezone = 'UTC'
as $$
declare
    m public.matches%rowtype;
    answer jsonb;
begin
    if reason is not null and reason not in ('not_interested', 'inappropriate', 'other') then
        raise exception 'expected the reason not_interested, inappropriate or other, got "%"',
            reason using errcode = 'PT400', detail = 'reason';
    end if;
    perform private.require_read_committed();
    answer := private.begin_request(person, idempotency_key,
        format('unmatch %s %s', of_match, reason));
    if answer is not null then
        return answer;
    end if;
    select * into m from public.matches
    where id = of_match and person in (user_id_1, user_id_2);
    if not found then
        raise exception 'match not found' using errcode = 'PT404', detail = 'not_found';
    end if;
    perform private.lock_people(array[m.user_id_1, m.user_id_2]);
    if not private.is_in_good_standing(person) then
        raise exception 'the account may not act on matches'
            using errcode = 'PT403', detail = 'account';
    end if;
    select * into m from public.matches where id = of_match;
    if m.status = 'active' then
        perform private.fill_places(
            private.close_matches(array[of_match], 'unmatched', person, 'unmatch', reason));
    elsif m.closed_by is distinct from person or m.closed_reason <> 'unmatched' then
        raise exception 'the match is closed' using errcode = 'PT409', detail = 'closed';
    end if;
    select jsonb_build_object('match_id', id, 'status', status, 'closed_reason', closed_reason,
        'closed_at', closed_at) into answer
    from public.matches where id = of_match;
    perform private.end_request(person, idempotency_key, answer);
    return answer;
end
$$;

-- Somebody was offered to this viewer, or is or was their match. Anybody else does not exist.
create function private.has_met(viewer uuid, person uuid) returns boolean
language sql stable set search_path = ''
as $$
    select exists (
        select from public.match_offers where user_id = viewer and offered_user_id = person
    ) or exists (
        select from public.matches
        where user_id_1 = least(viewer, person) and user_id_2 = greatest(viewer, person))
$$;

create function private.require_met(viewer uuid, person uuid) returns void
language plpgsql stable set search_path = ''
as $$
begin
    if not private.is_in_good_standing(viewer) then
        raise exception 'the account may not do this' using errcode = 'PT403', detail = 'account';
    end if;
    if person = viewer or not private.has_met(viewer, person) then
        raise exception 'person not found' using errcode = 'PT404', detail = 'not_found';
    end if;
end
$$;

-- A second block answers as the first did. What follows from it is the table's trigger.
create function matching.block_user(person uuid, other uuid, reason text default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
begin
    if reason is not null and reason not in ('inappropriate', 'harassment', 'no_reason') then
        raise exception 'expected the reason inappropriate, harassment or no_reason, got "%"',
            reason using errcode = 'PT400', detail = 'reason';
    end if;
    perform private.require_met(person, other);
    perform private.lock_people(array[person, other]);
    insert into public.blocks (blocker_id, blocked_id, reason) values (person, other, reason)
    on conflict (blocker_id, blocked_id) do nothing;
    return jsonb_build_object('blocked_user_id', other);
end
$$;

-- Reports a person, one of their messages, or the match with them.
create function matching.report_user(person uuid, category text, other uuid default null,
    message_id uuid default null, match_id uuid default null, description text default null,
    evidence_ids uuid[] default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    subject uuid := other;
    report uuid := gen_random_uuid();
begin
    if subject is null and message_id is not null then
        select sender_id into subject from public.messages where id = message_id;
    elsif subject is null and match_id is not null then
        select case when user_id_1 = person then user_id_2 else user_id_1 end into subject
        from public.matches where id = match_id and person in (user_id_1, user_id_2);
    end if;
    perform private.require_met(person, coalesce(subject, person));
    if exists (
        select from public.messages as s join public.matches as m on m.id = s.match_id
        where s.id = message_id and (s.sender_id <> subject
            or person not in (m.user_id_1, m.user_id_2)))
        or (message_id is not null
            and not exists (select from public.messages where id = message_id))
        or (match_id is not null and not exists (
            select from public.matches
            where id = match_id and user_id_1 = least(person, subject)
              and user_id_2 = greatest(person, subject))) then
        raise exception 'person not found' using errcode = 'PT404', detail = 'not_found';
    end if;
    perform private.lock_people(array[person, subject]);
    insert into public.reports (id, reporter_id, reported_user_id, reported_message_id,
        reported_match_id, type, category, description, evidence_ids)
    values (report, person, subject, message_id, match_id,
        case when message_id is not null then 'message' when match_id is not null then 'match'
             else 'user' end, category, description, evidence_ids);
    return jsonb_build_object('report_id', report, 'status', 'pending');
end
$$;

-- One step of the sweep: at most that many offers that are over, matches that waited, and keys
-- that are too old to be replayed. Rows that somebody else holds are left to the next step.
create function matching.expire_offers(at_most integer, out expired integer, out matched integer)
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
begin
    perform private.require_read_committed();
    expired := private.end_offers(array(
        select id from public.match_offers
        where status in ('offered', 'accepted') and expires_at <= now()
        order by expires_at limit at_most for no key update skip locked), 'expiry');
    matched := private.fill_places(null);
    delete from matching.idempotency_keys where created_at < now() - interval '24 hours';
end
$$;
comment on function matching.expire_offers(integer) is
    'Ends offers past expires_at, and makes matches that waited for a place.';

grant insert (id, reporter_id, reported_user_id, reported_message_id, reported_match_id, type,
    category, description, evidence_ids), select (id) on public.reports to matchd_definer;
grant select (status, reporter_id, reported_user_id) on public.reports to matchd_definer;
grant insert (blocker_id, blocked_id, reason), select (id, created_at)
    on public.blocks to matchd_definer;

create index idx_offers_accepted on public.match_offers (user_id, offered_user_id)
    where status = 'accepted';

grant create on schema matching to matchd_definer;
do $$
declare
    signature text;
begin
    foreach signature in array array['private.has_met(uuid, uuid)',
        'private.require_met(uuid, uuid)', 'matching.unmatch(uuid, uuid, text, text)',
        'matching.block_user(uuid, uuid, text)',
        'matching.report_user(uuid, text, uuid, uuid, uuid, text, uuid[])',
        'matching.expire_offers(integer)']
    loop
        execute format('alter function %s owner to matchd_definer', signature);
        execute format('revoke execute on function %s from public', signature);
    end loop;
end
$$;
revoke create on schema matching from matchd_definer;
grant execute on function matching.unmatch(uuid, uuid, text, text),
    matching.block_user(uuid, uuid, text),
    matching.report_user(uuid, text, uuid, uuid, uuid, text, uuid[]),
    matching.expire_offers(integer) to matchd_write;
