-- Why: what a person does about an offer: accept, pass, not now. The state machine of the offers
--   contract, one audit row an action, the same answer for the same action, a replay for the same
--   key.
-- Lock: none that anyone waits for.
-- Time: well under a second.

-- Takes the key, or returns the answer that the same request got in the last 24 hours. Two requests
-- with one key wait for each other here.
create function private.begin_request(person uuid, of_key text, payload text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
    digest bytea := sha256(convert_to(payload, 'UTF8'));
    known matching.idempotency_keys%rowtype;
begin
    if of_key is null then
        return null;
    end if;
    if char_length(of_key) not between 1 and 200 then
        raise exception 'expected an idempotency key of 1 to 200 characters, got %',
            char_length(of_key) using errcode = 'PT400', detail = 'idempotency_key';
    end if;
    insert into matching.idempotency_keys as k (user_id, key, payload_hash)
    values (person, of_key, digest)
    on conflict (user_id, key) do update
        set payload_hash = excluded.payload_hash, answer = null, created_at = excluded.created_at
        where k.created_at <= now() - interval '24 hours';
    if found then
        return null;
    end if;
    select * into strict known from matching.idempotency_keys
    where user_id = person and key = of_key;
    if known.payload_hash <> digest then
        raise exception 'the idempotency key was used for another request'
            using errcode = 'PT409', detail = 'idempotency_key';
    end if;
    return known.answer;
end
$$;

create function private.end_request(person uuid, of_key text, given jsonb) returns void
language sql volatile set search_path = ''
as $$
    update matching.idempotency_keys set answer = given
    where user_id = person and key = of_key
$$;

create function private.refuse_offer() returns void
language plpgsql set search_path = ''
as $$
begin
    raise exception 'offer not found' using errcode = 'PT404', detail = 'not_found';
end
$$;

-- The offer of this viewer, with both people and the row locked. Whoever is not its viewer, and a
-- viewer whose candidate is hidden, get what an unknown id gets.
create function private.lock_offer(person uuid, of_offer uuid) returns public.match_offers
language plpgsql volatile set search_path = ''
as $$
declare
    o public.match_offers%rowtype;
begin
    select * into o from public.match_offers where id = of_offer and user_id = person;
    if not found then
        perform private.refuse_offer();
    end if;
    perform private.lock_people(array[o.user_id, o.offered_user_id]);
    if not private.is_in_good_standing(person) then
        raise exception 'the account may not act on offers'
            using errcode = 'PT403', detail = 'account';
    end if;
    select * into o from public.match_offers
    where id = of_offer and user_id = person for no key update;
    if not found or (o.status <> 'expired' and (
        not private.is_shown(o.offered_user_id)
        or private.is_blocked_pair(o.user_id, o.offered_user_id))) then
        perform private.refuse_offer();
    end if;
    return o;
end
$$;

-- The other side's accepted, unexpired offer for the pair.
create function private.answering_offer(o public.match_offers) returns uuid
language sql stable set search_path = ''
as $$
    select id from public.match_offers
    where user_id = o.offered_user_id and offered_user_id = o.user_id
      and status = 'accepted' and expires_at > clock_timestamp()
    order by offered_at desc, id desc limit 1
$$;

-- Whether the action changes the offer. False: it was taken before. Otherwise it is refused.
create function private.is_new_action(o public.match_offers, action text) returns boolean
language plpgsql stable set search_path = ''
as $$
begin
    if o.status = 'expired'
        or (o.status in ('offered', 'accepted') and o.expires_at <= clock_timestamp()) then
        raise exception 'the offer has expired' using errcode = 'PT409', detail = 'expired';
    end if;
    if o.status = 'offered' then
        return true;
    end if;
    if (o.status, action) in (('accepted', 'accept'), ('matched', 'accept'), ('passed', 'pass'),
        ('not_now', 'not_now')) then
        return false;
    end if;
    if o.status = 'not_now' and action = 'accept' then
        if o.expires_at <= clock_timestamp() then
            raise exception 'the offer has expired' using errcode = 'PT409', detail = 'expired';
        end if;
        if private.answering_offer(o) is not null then
            return true;
        end if;
    end if;
    raise exception 'the offer was decided before: %', o.status
        using errcode = 'PT409', detail = o.status;
end
$$;

-- Writes the action: the offer, its audit row, its event.
create function private.take_action(o public.match_offers, action text, of_key text) returns void
language plpgsql volatile set search_path = ''
as $$
declare
    decided text := case action when 'accept' then 'accepted' when 'pass' then 'passed'
                                else 'not_now' end;
    rest integer := case action
        when 'pass' then private.config_integer(o.user_id, 'PASS_COOLDOWN_DAYS')
        when 'not_now' then private.config_integer(o.user_id, 'MATCH_OFFER_COOLDOWN_DAYS') end;
begin
    update public.match_offers
    set status = decided, action_type = action, action_at = now(),
        cooldown_until = now() + rest * interval '24 hours'
    where id = o.id;
    insert into public.match_offer_audits
        (offer_id, user_id, action, previous_status, new_status, idempotency_key)
    values (o.id, o.user_id, action, o.status, decided, of_key);
    perform private.note_event('match_offer_action', o.user_id, jsonb_build_object(
        'offer_id', o.id, 'action', action, 'candidate_user_id', o.offered_user_id,
        'policy_segment', private.segment_of(o.user_id)));
end
$$;

create function private.offer_answer(of_offer uuid) returns jsonb
language sql stable set search_path = '' set timezone = 'UTC'
as $$
    select jsonb_build_object(
        'offer', jsonb_build_object('id', o.id, 'candidate_user_id', o.offered_user_id,
            'batch_date', o.batch_date, 'status', o.status, 'action', o.action_type,
            'compatibility_score', o.compatibility_score, 'offered_at', o.offered_at,
            'expires_at', o.expires_at, 'action_at', o.action_at,
            'cooldown_until', o.cooldown_until),
        'is_mutual', o.status = 'matched',
        'match_id', case when o.status = 'matched' then (
            select id from public.matches
            where user_id_1 = least(o.user_id, o.offered_user_id)
              and user_id_2 = greatest(o.user_id, o.offered_user_id)) end)
    from public.match_offers as o where o.id = of_offer
$$;

create function matching.act_on_offer(person uuid, of_offer uuid, action text,
    idempotency_key text default null)
returns jsonb
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    o public.match_offers%rowtype;
    answering uuid;
    answer jsonb;
begin
    if action is null or action not in ('accept', 'pass', 'not_now') then
        raise exception 'expected the action accept, pass or not_now, got "%"', action
            using errcode = 'PT400', detail = 'action';
    end if;
    perform private.require_read_committed();
    answer := private.begin_request(person, idempotency_key,
        format('act_on_offer %s %s', of_offer, action));
    if answer is not null then
        return answer;
    end if;
    o := private.lock_offer(person, of_offer);
    if private.is_new_action(o, action) then
        perform private.take_action(o, action, idempotency_key);
        if action = 'accept' then
            answering := private.answering_offer(o);
        end if;
        if answering is not null then
            perform private.make_match(o.id, answering);
        end if;
    end if;
    answer := private.offer_answer(of_offer);
    perform private.end_request(person, idempotency_key, answer);
    return answer;
end
$$;
comment on function matching.act_on_offer(uuid, uuid, text, text) is
    'accept, pass or not_now by the offer''s viewer. Returns {offer, is_mutual, match_id}. PT404 '
    'not found, PT409 expired, decided otherwise, or key used for another request, PT403 account.';

do $$
declare
    signature text;
begin
    foreach signature in array array['private.begin_request(uuid, text, text)',
        'private.end_request(uuid, text, jsonb)', 'private.refuse_offer()',
        'private.lock_offer(uuid, uuid)', 'private.answering_offer(public.match_offers)',
        'private.is_new_action(public.match_offers, text)',
        'private.take_action(public.match_offers, text, text)', 'private.offer_answer(uuid)',
        'matching.act_on_offer(uuid, uuid, text, text)']
    loop
        if signature like 'matching.%' then
            execute 'grant create on schema matching to matchd_definer';
        end if;
        execute format('alter function %s owner to matchd_definer', signature);
        execute format('revoke execute on function %s from public', signature);
    end loop;
    execute 'revoke create on schema matching from matchd_definer';
end
$$;
grant execute on function matching.act_on_offer(uuid, uuid, text, text) to matchd_write;
