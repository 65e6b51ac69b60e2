-- Why: what rows keep by themselves: append-only records, times of change, the time of an answer,
--   the person a report is about, who holds a push token, the time of a match's last message,
--   and limits on how fast a person writes.
-- Lock: SHARE ROW EXCLUSIVE on each table while its trigger is made.
-- Time: well under a second.

-- Append-only, also for the API server. Rows go with the person, by the erasure role. A partition
-- made late takes its rows over from the default one, as the owner of the tables.
create function private.refuse_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
    if current_user = 'matchd_erasure' then
        return case tg_op when 'DELETE' then old else new end;
    end if;
    if tg_op = 'DELETE' and tg_table_name = 'analytics_events_default'
        and current_user = (select relowner::regrole::text from pg_catalog.pg_class
                            where oid = tg_relid) then
        return old;
    end if;
    raise exception '% is append-only: % refused', tg_table_name, lower(tg_op)
        using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete on public.match_offer_audits
    for each row execute function private.refuse_change();
create trigger append_only before update or delete on public.visual_preference_choice_events
    for each row execute function private.refuse_change();
create trigger append_only before update or delete on public.admin_audit_log
    for each row execute function private.refuse_change();
create trigger append_only before update or delete on public.admin_user_views
    for each row execute function private.refuse_change();
create trigger append_only before update or delete on public.analytics_events
    for each row execute function private.refuse_change();

create function private.touch() returns trigger
language plpgsql set search_path = ''
as $$
begin
    if new.updated_at is not distinct from old.updated_at then
        new.updated_at := now();
    end if;
    return new;
end
$$;
do $$
declare
    name text;
begin
    foreach name in array array['users', 'profiles', 'push_tokens', 'user_preferences', 'appeals',
        'feature_flags', 'user_segments', 'segment_config_overrides', 'system_config',
        'typing_indicators', 'analytics_event_schemas', 'visual_preference_profiles']
    loop
        execute format('create trigger touch before update on public.%I '
            'for each row execute function private.touch()', name);
    end loop;
end
$$;

-- An answer counts from when it was last changed, and belongs to its question's version.
create function private.keep_answer() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    if tg_op = 'UPDATE' and new.answer is distinct from old.answer
        and new.answered_at = old.answered_at then
        new.answered_at := now();
    end if;
    if not exists (select from public.questions
                   where id = new.question_id and version_id = new.version_id) then
        raise exception 'question % is not in version "%"', new.question_id, new.version_id
            using errcode = 'foreign_key_violation';
    end if;
    return new;
end
$$;
grant select (id, version_id) on public.questions to matchd_definer;
alter function private.keep_answer() owner to matchd_definer;
create trigger keep_answer before insert or update on public.compatibility_responses
    for each row execute function private.keep_answer();

-- A report on a message or a match is a report about a person: scoring looks at the person.
create function private.fill_reported_user() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    if new.reported_user_id is null and new.reported_message_id is not null then
        select sender_id into new.reported_user_id
        from public.messages where id = new.reported_message_id;
    end if;
    if new.reported_user_id is null and new.reported_match_id is not null then
        select case when user_id_1 = new.reporter_id then user_id_2 else user_id_1 end
        into new.reported_user_id
        from public.matches
        where id = new.reported_match_id and new.reporter_id in (user_id_1, user_id_2);
    end if;
    return new;
end
$$;
alter function private.fill_reported_user() owner to matchd_definer;
create trigger fill_reported_user before insert on public.reports
    for each row execute function private.fill_reported_user();

-- A device that changes hands takes its token along: the former person gets no more of the new
-- one's notifications.
create function private.move_push_token() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    delete from public.push_tokens where token = new.token and user_id <> new.user_id;
    return new;
end
$$;
grant select (token, user_id), delete on public.push_tokens to matchd_definer;
alter function private.move_push_token() owner to matchd_definer;
create index idx_push_tokens_token on public.push_tokens (token);
create trigger move_token before insert or update of token on public.push_tokens
    for each row execute function private.move_push_token();

create function private.note_message() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    update public.matches set last_message_at = new.created_at
    where id = new.match_id and (last_message_at is null or last_message_at < new.created_at);
    return null;
end
$$;
grant select (last_message_at), update (last_message_at) on public.matches to matchd_definer;
alter function private.note_message() owner to matchd_definer;
create trigger note_message after insert on public.messages
    for each row execute function private.note_message();

-- Limits bind people, not the API server or a restore.
create index idx_messages_sender_created on public.messages (sender_id, created_at);
create function private.limit_messages() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    if (select count(*) from public.messages
        where sender_id = new.sender_id and created_at > now() - interval '1 minute') >= 60 then
        raise exception 'too many messages: at most 60 a minute'
            using errcode = 'configuration_limit_exceeded';
    end if;
    return new;
end
$$;
grant select (created_at) on public.messages to matchd_definer;
alter function private.limit_messages() owner to matchd_definer;
create trigger limit_messages before insert on public.messages
    for each row when (current_user = 'authenticated')
    execute function private.limit_messages();

create function private.limit_requests() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
    recent boolean;
begin
    execute format(
        'select exists (select from public.%I where user_id = $1 '
        'and (status in (''pending'', ''in_grace_period'', ''processing'') '
        'or requested_at > now() - interval ''1 day''))', tg_table_name)
    into recent using new.user_id;
    if recent then
        raise exception 'a request of this kind is open, or was made within the last day'
            using errcode = 'configuration_limit_exceeded';
    end if;
    return new;
end
$$;
grant select (user_id, status, requested_at) on public.data_export_requests,
    public.data_deletion_requests to matchd_definer;
alter function private.limit_requests() owner to matchd_definer;
create trigger limit_requests before insert on public.data_export_requests
    for each row when (current_user = 'authenticated')
    execute function private.limit_requests();
create trigger limit_requests before insert on public.data_deletion_requests
    for each row when (current_user = 'authenticated')
    execute function private.limit_requests();

-- One appeal an action.
create unique index idx_appeals_one_an_action on public.appeals (user_id, enforcement_action_id)
    where enforcement_action_id is not null;

-- Unblocking is remembered: blocks made and undone to get rid of a history leave a trace.
create table matching.block_removals (
    id bigint generated always as identity primary key,
    blocker_id uuid not null,
    blocked_id uuid not null,
    blocked_at timestamptz not null,
    removed_at timestamptz not null default now(),
    removed_by text not null
);
comment on table matching.block_removals is 'Blocks that were taken back, by whom and when.';
create index idx_block_removals_blocker on matching.block_removals (blocker_id);
create index idx_block_removals_blocked on matching.block_removals (blocked_id);
grant insert on matching.block_removals to matchd_definer;
create function private.remember_block() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
    insert into matching.block_removals (blocker_id, blocked_id, blocked_at, removed_by)
    values (old.blocker_id, old.blocked_id, old.created_at,
        coalesce((select private.caller())::text, session_user));
    return null;
end
$$;
alter function private.remember_block() owner to matchd_definer;
create trigger remember after delete on public.blocks
    for each row execute function private.remember_block();
