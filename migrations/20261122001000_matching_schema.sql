-- Why: what the engine needs beyond the 48 tables: the schema matching with parameters of single
--   people, policy segments, the names of time zones and the counter of unusable input.
-- Lock: none that anyone waits for, every object is new.
-- Time: 0.1 s (the time zones are read from the file system once).

create table matching.user_config_overrides (
    user_id uuid not null,
    config_key text not null,
    override_value text not null,
    primary key (user_id, config_key)
);
comment on table matching.user_config_overrides is
    'Parameter values of single people, for keys that are resolved per user. They win over all.';

create table matching.policy_segments (
    user_id uuid primary key,
    segment text not null,
    since timestamptz not null default now()
);
comment on table matching.policy_segments is
    'Segment assigned from behaviour. No row: balanced. Unknown names count as balanced.';

create table matching.timezone_names (
    name text primary key
);
comment on table matching.timezone_names is
    'IANA time zones that this server knows, copied once: pg_timezone_names reads files each time.';
insert into matching.timezone_names (name)
select name from pg_timezone_names
where name !~ '^(posix|right)/' and name not in ('Factory', 'localtime', 'posixrules')
union
select 'UTC';

create table matching.input_warnings (
    table_name text not null,
    column_name text not null,
    user_id uuid not null references public.users (id) on delete cascade,
    count bigint not null default 1,
    reason text not null,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now(),
    primary key (table_name, column_name, user_id)
);
comment on table matching.input_warnings is
    'Input of a person that was stored but cannot be used, how often it came, and the last reason.';
create index idx_input_warnings_user on matching.input_warnings (user_id);
grant select, insert, update on matching.input_warnings to matchd_definer;
grant select on matching.timezone_names to matchd_definer;
