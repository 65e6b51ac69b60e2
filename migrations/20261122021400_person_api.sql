-- Why: the same functions for the person who is logged in. Each asks who that is, and passes on.
-- Lock: none that anyone waits for.
-- Time: well under a second.

-- The person who is logged in, not an anonymous sign-in.
create function private.person() returns uuid
language plpgsql stable security definer set search_path = '' set row_security = on
as $$
declare
    person uuid := private.caller();
begin
    if person is null or private.is_anonymous() then
        raise exception 'not allowed' using errcode = 'PT403', detail = 'account';
    end if;
    return person;
end
$$;

create function private.my_act_on_offer(offer_id uuid, action text, idempotency_key text)
returns jsonb
language sql volatile security definer set search_path = '' set row_security = on
as $$ select matching.act_on_offer(private.person(), offer_id, action, idempotency_key) $$;

create function private.my_unmatch(match_id uuid, reason text, idempotency_key text)
returns jsonb
language sql volatile security definer set search_path = '' set row_security = on
as $$ select matching.unmatch(private.person(), match_id, reason, idempotency_key) $$;

create function private.my_block(other uuid, reason text) returns jsonb
language sql volatile security definer set search_path = '' set row_security = on
as $$ select matching.block_user(private.person(), other, reason) $$;

create function private.my_report(category text, other uuid, message_id uuid, match_id uuid,
    description text, evidence_ids uuid[])
returns jsonb
language sql volatile security definer set search_path = '' set row_security = on
as $$
    select matching.report_user(private.person(), category, other, message_id, match_id,
        description, evidence_ids)
$$;

-- The caller's live offers, which count as presented from now on.
create function private.my_offers(of_date date)
returns table (id uuid, candidate jsonb, batch_date date, batch_generated_at timestamptz,
    compatibility_score integer, physical_preference_score integer, compatibility_themes text[],
    status text, offered_at timestamptz, expires_at timestamptz, cooldown_until timestamptz)
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    person uuid := private.person();
begin
    perform matching.mark_presented(person, array(
        select o.id from private.live_offers(person) as o
        where of_date is null or o.batch_date = of_date));
    return query select * from matching.live_offers(person, of_date);
end
$$;

create function private.my_matches(of_status text)
returns table (id uuid, other jsonb, status text, closed_reason text, created_at timestamptz,
    closed_at timestamptz, last_message_at timestamptz, unread_count integer)
language sql stable security definer set search_path = '' set row_security = on
as $$ select * from matching.list_matches(private.person(), of_status) $$;

create function private.my_candidate(candidate uuid) returns jsonb
language sql stable security definer set search_path = '' set row_security = on
as $$ select matching.candidate_card(private.person(), candidate) $$;

create function private.my_request_deletion(request_type text) returns jsonb
language sql volatile security definer set search_path = '' set row_security = on
as $$ select matching.request_deletion(private.person(), request_type) $$;

create function private.my_cancel_deletion(reason text) returns jsonb
language sql volatile security definer set search_path = '' set row_security = on
as $$ select matching.cancel_deletion(private.person(), reason) $$;

create function private.my_export() returns jsonb
language sql stable security definer set search_path = '' set row_security = on
as $$ select private.export_person(private.person()) $$;

-- The open ones. Their bodies are bound when they are made: schema private stays closed.
create function public.act_on_offer(offer_id uuid, action text, idempotency_key text default null)
returns jsonb
language sql volatile set search_path = ''
return private.my_act_on_offer(offer_id, action, idempotency_key);
comment on function public.act_on_offer(uuid, text, text) is
    'accept, pass or not_now on one of the caller''s offers. Returns {offer, is_mutual, match_id}.';

create function public.unmatch(match_id uuid, reason text default null,
    idempotency_key text default null)
returns jsonb
language sql volatile set search_path = ''
return private.my_unmatch(match_id, reason, idempotency_key);
comment on function public.unmatch(uuid, text, text) is
    'Closes a match of the caller. reason: not_interested, inappropriate, other.';

create function public.block_user(other uuid, reason text default null) returns jsonb
language sql volatile set search_path = ''
return private.my_block(other, reason);
comment on function public.block_user(uuid, text) is
    'Blocks somebody the caller was offered or matched with.';

create function public.report_user(category text, other uuid default null,
    message_id uuid default null, match_id uuid default null, description text default null,
    evidence_ids uuid[] default null)
returns jsonb
language sql volatile set search_path = ''
return private.my_report(category, other, message_id, match_id, description, evidence_ids);
comment on function public.report_user(text, uuid, uuid, uuid, text, uuid[]) is
    'Reports a person, one of their messages, or the match with them.';

create function public.my_offers(batch_date date default null)
returns table (id uuid, candidate jsonb, batch_date date, batch_generated_at timestamptz,
    compatibility_score integer, physical_preference_score integer, compatibility_themes text[],
    status text, offered_at timestamptz, expires_at timestamptz, cooldown_until timestamptz)
language sql volatile set search_path = ''
begin atomic
    select o.* from private.my_offers($1) as o;
end;
comment on function public.my_offers(date) is
    'The caller''s live offers with cards, of one batch date or all.';

create function public.my_matches(status text default 'active')
returns table (id uuid, other jsonb, status text, closed_reason text, created_at timestamptz,
    closed_at timestamptz, last_message_at timestamptz, unread_count integer)
language sql stable set search_path = ''
begin atomic
    select m.* from private.my_matches($1) as m;
end;
comment on function public.my_matches(text) is
    'The caller''s matches: active (with the other''s card), closed, or all.';

create function public.candidate_card(candidate uuid) returns jsonb
language sql stable set search_path = ''
return private.my_candidate(candidate);
comment on function public.candidate_card(uuid) is
    'What the caller sees of somebody with a live offer or an active match.';

create function public.request_deletion(request_type text default 'full_deletion') returns jsonb
language sql volatile set search_path = ''
return private.my_request_deletion(request_type);
comment on function public.request_deletion(text) is
    'Asks for deletion of the caller: full_deletion or account_only. Takes effect at once.';

create function public.cancel_deletion(reason text default null) returns jsonb
language sql volatile set search_path = ''
return private.my_cancel_deletion(reason);
comment on function public.cancel_deletion(text) is
    'Takes the request for deletion back, while the period of grace lasts.';

create function public.export_my_data() returns jsonb
language sql stable set search_path = ''
return private.my_export();
comment on function public.export_my_data() is 'Everything held about the caller, as one document.';

do $$
declare
    signature text;
begin
    foreach signature in array array['private.my_act_on_offer(uuid, text, text)',
        'private.my_unmatch(uuid, text, text)', 'private.my_block(uuid, text)',
        'private.my_report(text, uuid, uuid, uuid, text, uuid[])', 'private.my_offers(date)',
        'private.my_matches(text)', 'private.my_candidate(uuid)',
        'private.my_request_deletion(text)', 'private.my_cancel_deletion(text)',
        'private.my_export()', 'private.person()', 'public.act_on_offer(uuid, text, text)',
        'public.unmatch(uuid, text, text)', 'public.block_user(uuid, text)',
        'public.report_user(text, uuid, uuid, uuid, text, uuid[])', 'public.my_offers(date)',
        'public.my_matches(text)', 'public.candidate_card(uuid)',
        'public.request_deletion(text)', 'public.cancel_deletion(text)',
        'public.export_my_data()']
    loop
        execute format('revoke execute on function %s from public', signature);
        if signature like 'private.%' then
            execute format('alter function %s owner to matchd_definer', signature);
        end if;
        if signature <> 'private.person()' then
            execute format('grant execute on function %s to authenticated', signature);
        end if;
    end loop;
end
$$;
