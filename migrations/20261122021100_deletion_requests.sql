-- Why: a person asks for deletion, and may take it back while the period of grace lasts. The
--   request takes effect at once: offers and matches end by the table's trigger.
-- Lock: none that anyone waits for.
-- Time: well under a second.

create function matching.request_deletion(person uuid, request_type text default 'full_deletion')
returns jsonb
language plpgsql volatile security definer set search_path = '' set row_security = on
    set timezone = 'UTC'
as $$
#variable_conflict use_variable
declare
    request uuid;
    answer jsonb;
begin
    if request_type is null or request_type not in ('full_deletion', 'account_only') then
        raise exception 'expected the type full_deletion or account_only, got "%"', request_type
            using errcode = 'PT400', detail = 'request_type';
    end if;
    perform private.lock_people(array[person]);
    if not exists (select from public.users where id = person) then
        raise exception 'person not found' using errcode = 'PT404', detail = 'not_found';
    end if;
    select id into request from public.data_deletion_requests
    where user_id = person and status in ('pending', 'in_grace_period', 'processing')
    order by requested_at limit 1;
    if request is null then
        request := gen_random_uuid();
        insert into public.data_deletion_requests (id, user_id, status, request_type)
        values (request, person, 'in_grace_period', request_type);
    else
        update public.data_deletion_requests set status = 'in_grace_period'
        where id = request and status = 'pending';
    end if;
    select jsonb_build_object('request_id', id, 'status', status,
        'grace_period_ends_at', grace_period_ends_at) into answer
    from public.data_deletion_requests where id = request;
    return answer;
end
$$;

create function matching.cancel_deletion(person uuid, why text default null) returns jsonb
language plpgsql volatile security definer set search_path = '' set row_security = on
as $$
declare
    request record;
begin
    perform private.lock_people(array[person]);
    select id, status into request from public.data_deletion_requests
    where user_id = person and status in ('pending', 'in_grace_period', 'processing')
    order by status = 'processing' desc, requested_at limit 1;
    if request.id is null then
        raise exception 'no deletion was asked for' using errcode = 'PT404', detail = 'not_found';
    elsif request.status = 'processing' then
        raise exception 'the deletion is under way' using errcode = 'PT409', detail = 'processing';
    end if;
    update public.data_deletion_requests
    set status = 'cancelled', cancellation_reason = left(why, 500)
    where user_id = person and status in ('pending', 'in_grace_period');
    return jsonb_build_object('request_id', request.id, 'status', 'cancelled');
end
$$;

grant select (id, grace_period_ends_at), insert (id, user_id, status, request_type),
    update (status, cancellation_reason) on public.data_deletion_requests to matchd_definer;

grant create on schema matching to matchd_definer;
alter function matching.request_deletion(uuid, text) owner to matchd_definer;
alter function matching.cancel_deletion(uuid, text) owner to matchd_definer;
revoke create on schema matching from matchd_definer;
revoke execute on function matching.request_deletion(uuid, text),
    matching.cancel_deletion(uuid, text) from public;
grant execute on function matching.request_deletion(uuid, text),
    matching.cancel_deletion(uuid, text) to matchd_write;
