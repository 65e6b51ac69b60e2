-- Why: a block, report, ban or deletion takes effect in the transaction that writes it, whoever
--   writes it: the people are locked, open offers end at once, active matches close. The same for
--   a match that was made elsewhere. Statement triggers: a thousand rows are one lock and one
--   update.
-- Lock: SHARE ROW EXCLUSIVE on each table while its trigger is made.
-- Time: well under a second.

create function private.after_block() returns trigger
language plpgsql security definer set search_path = '' set row_security = on
as $$
begin
    if exists (select from added) then
        perform private.part_pairs(array_agg(blocker_id), array_agg(blocked_id), 'block',
            array_agg(blocker_id)) from added;
    end if;
    return null;
end
$$;
create trigger part_pair after insert on public.blocks
    referencing new table as added
    for each statement execute function private.after_block();

-- A report counts until it is dismissed.
create function private.after_report() returns trigger
language plpgsql security definer set search_path = '' set row_security = on
as $$
begin
    if exists (select from added where status <> 'dismissed' and reported_user_id is not null) then
        perform private.part_pairs(array_agg(reporter_id), array_agg(reported_user_id), 'report',
            array_agg(reporter_id))
        from added where status <> 'dismissed' and reported_user_id is not null;
    end if;
    return null;
end
$$;
create trigger part_pair after insert on public.reports
    referencing new table as added
    for each statement execute function private.after_report();
create trigger part_pair_again after update on public.reports
    referencing new table as added
    for each statement execute function private.after_report();

-- A suspension hides while it lasts, which reading sees to. The lock tells it to a publishing that
-- is under way.
create function private.after_enforcement() returns trigger
language plpgsql security definer set search_path = '' set row_security = on
as $$
begin
    perform private.lock_people(array(
        select distinct user_id from added
        where is_active and (expires_at is null or expires_at > now())
          and action_type in ('temporary_suspension', 'permanent_ban', 'device_ban')));
    perform private.part_people(array_agg(distinct user_id), 'blocked', 'ban')
    from added
    where is_active and (expires_at is null or expires_at > now())
      and action_type in ('permanent_ban', 'device_ban')
    having count(*) > 0;
    return null;
end
$$;
create trigger part_person after insert on public.enforcement_actions
    referencing new table as added
    for each statement execute function private.after_enforcement();
create trigger part_person_again after update on public.enforcement_actions
    referencing new table as added
    for each statement execute function private.after_enforcement();

create function private.after_deletion_request() returns trigger
language plpgsql security definer set search_path = '' set row_security = on
as $$
begin
    perform private.part_people(array_agg(distinct user_id), 'deleted', 'deletion')
    from added where status in ('in_grace_period', 'processing', 'completed')
    having count(*) > 0;
    return null;
end
$$;
create trigger part_person after insert on public.data_deletion_requests
    referencing new table as added
    for each statement execute function private.after_deletion_request();
create trigger part_person_again after update on public.data_deletion_requests
    referencing new table as added
    for each statement execute function private.after_deletion_request();

-- The update itself has locked the person.
create function private.after_user_deletion() returns trigger
language plpgsql security definer set search_path = '' set row_security = on
as $$
begin
    perform private.part_people(array[new.id], 'deleted', 'deletion');
    return null;
end
$$;
create trigger part_person after update of status, deleted_at on public.users
    for each row
    when ((new.status = 'deleted' or new.deleted_at is not null)
          and not (old.status = 'deleted' or old.deleted_at is not null))
    execute function private.after_user_deletion();

-- A match, however it was made, ends what else is open between the two.
create function private.after_match() returns trigger
language plpgsql security definer set search_path = '' set row_security = on
as $$
begin
    perform private.lock_people(array(
        select user_id_1 from added union select user_id_2 from added));
    perform private.end_offers(array(
        select o.id from added as m
        join public.match_offers as o
          on o.user_id = m.user_id_1 and o.offered_user_id = m.user_id_2
        where o.status in ('offered', 'accepted', 'not_now')
        union
        select o.id from added as m
        join public.match_offers as o
          on o.user_id = m.user_id_2 and o.offered_user_id = m.user_id_1
        where o.status in ('offered', 'accepted', 'not_now')), 'match');
    return null;
end
$$;
create trigger end_offers after insert on public.matches
    referencing new table as added
    for each statement execute function private.after_match();

do $$
declare
    name text;
begin
    foreach name in array array['after_block', 'after_report', 'after_enforcement',
        'after_deletion_request', 'after_user_deletion', 'after_match']
    loop
        execute format('alter function private.%I() owner to matchd_definer', name);
        execute format('revoke execute on function private.%I() from public', name);
    end loop;
end
$$;
