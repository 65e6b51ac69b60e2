-- Protects get_user_config: the four levels in order, values that do not count, groups of weights.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(26);
\ir support/people.psql
create function pg_temp.config(n int, of_key text) returns text language sql as $$
    select value || ' ' || level from public.get_user_config(pg_temp.p(n)) where key = of_key
$$;

select set_eq('select key, value from public.get_user_config(pg_temp.p(1))',
    'select key, fallback from matching.config_keys', 'every key, as seeded');
select is((select count(distinct level)::int from public.get_user_config(pg_temp.p(1))), 1,
    'all from system_config');
delete from public.system_config where key = 'MATCHES_PER_DAY_DEFAULT';
select is(pg_temp.config(1, 'MATCHES_PER_DAY_DEFAULT'), '3 default', 'the default in code');
insert into public.system_config (key, value, value_type, updated_by)
values ('MATCHES_PER_DAY_DEFAULT', '4', 'integer', 'test');
select is(pg_temp.config(1, 'MATCHES_PER_DAY_DEFAULT'), '4 system', 'system_config');
insert into public.user_segment_members (segment_id, user_id)
select id, pg_temp.p(1) from public.user_segments where key in ('country_us', 'country_gb',
    'beta_testers');
insert into public.segment_config_overrides
    (segment_id, config_key, override_value, priority, updated_by)
select s.id, 'MATCHES_PER_DAY_DEFAULT', v.value, v.priority, 'test'
from (values ('country_us', '5', 1), ('country_gb', '6', 1), ('beta_testers', '7', 0),
    ('country_au', '8', 9)) as v (key, value, priority)
join public.user_segments as s on s.key = v.key;
select is(pg_temp.config(1, 'MATCHES_PER_DAY_DEFAULT'), '6 segment',
    'the segment of the highest priority that the person is in, the first of equals by key');
select is(pg_temp.config(2, 'MATCHES_PER_DAY_DEFAULT'), '4 system', 'and nobody else');
select is(private.config_integer(pg_temp.p(1), 'MATCHES_PER_DAY_DEFAULT'), 6, 'functions agree');
insert into matching.user_config_overrides
values (pg_temp.p(1), 'MATCHES_PER_DAY_DEFAULT', '8'), (pg_temp.p(3), 'UNKNOWN', '1');
select is(pg_temp.config(1, 'MATCHES_PER_DAY_DEFAULT'), '8 user', 'the person''s own');
select is(private.config_integer(pg_temp.p(1), 'MATCHES_PER_DAY_DEFAULT'), 8, 'is a number');
select is(pg_temp.config(3, 'UNKNOWN'), null, 'keys of nobody are none');

-- values that no trigger stopped
set local session_replication_role = replica;
update matching.user_config_overrides set override_value = '+010' where user_id = pg_temp.p(1);
select is(private.config_integer(pg_temp.p(1), 'MATCHES_PER_DAY_DEFAULT'), 10, 'a sign, a nought');
update matching.user_config_overrides set override_value = '11' where user_id = pg_temp.p(1);
select is(pg_temp.config(1, 'MATCHES_PER_DAY_DEFAULT'), '6 segment', 'out of bounds: the next level');
update public.segment_config_overrides set override_value = ' 6' where override_value = '6';
select is(pg_temp.config(1, 'MATCHES_PER_DAY_DEFAULT'), '5 segment', 'or the next segment');
select is(private.config_integer(pg_temp.p(1), 'MATCHES_PER_DAY_DEFAULT'), 5, 'functions agree');
insert into matching.user_config_overrides values (pg_temp.p(1), 'MIN_AGE', '21');
select is(pg_temp.config(1, 'MIN_AGE'), '18 system', 'a global key has no overrides');
update public.system_config set value = '1e400' where key = 'VISUAL_AFFINITY_SCALE';
select is(pg_temp.config(1, 'VISUAL_AFFINITY_SCALE'), '4.0 default', 'too big for a number');
update public.system_config set value = '1e-400' where key = 'MATCH_RISK_PENALTY_MAX';
select is(pg_temp.config(1, 'MATCH_RISK_PENALTY_MAX'), '1e-400 system', 'too small is 0');
update public.system_config set value = 'NaN' where key = 'MATCH_RISK_PENALTY_MAX';
select is(pg_temp.config(1, 'MATCH_RISK_PENALTY_MAX'), '0.20 default', 'not a number');
update public.system_config set value = 'yes' where key = 'MATCH_RECIPROCATE_FIRST';
select is(pg_temp.config(1, 'MATCH_RECIPROCATE_FIRST'), 'true default', 'not a boolean');
update public.system_config set value = '24:00' where key = 'MATCH_BATCH_TIME';
select is(pg_temp.config(1, 'MATCH_BATCH_TIME'), '09:00 default', 'not a time');

update public.system_config set value = '0.81' where key = 'MATCH_SCORE_COMPATIBILITY_WEIGHT';
select is(pg_temp.config(1, 'MATCH_SCORE_COMPATIBILITY_WEIGHT') || ', '
    || pg_temp.config(1, 'MATCH_SCORE_PHYSICAL_WEIGHT'), '0.80 default, 0.20 default',
    'weights that do not sum to 1 fall back together');
update public.system_config set value = '0.800001' where key = 'MATCH_SCORE_COMPATIBILITY_WEIGHT';
select is(pg_temp.config(1, 'MATCH_SCORE_COMPATIBILITY_WEIGHT'), '0.800001 system',
    'a millionth is within the tolerance');
update public.system_config set value = 'x' where key = 'MATCH_SCORE_PHYSICAL_WEIGHT';
select is(pg_temp.config(1, 'MATCH_SCORE_COMPATIBILITY_WEIGHT') || ', '
    || pg_temp.config(1, 'MATCH_SCORE_PHYSICAL_WEIGHT'), '0.800001 system, 0.20 default',
    'a refused member counts as its default');
update public.system_config set value = '0' where key like 'MATCH_EVIDENCE_WEIGHT_%';
select is(pg_temp.config(1, 'MATCH_EVIDENCE_WEIGHT_H'), '1.00 default', 'all 0 is no evidence');
reset session_replication_role;

set local role matchd_read;
select is(pg_temp.config(1, 'MIN_AGE'), '18 system', 'the daemon may ask');
set local role authenticated;
select throws_ok('select * from public.get_user_config(pg_temp.p(1))', '42501', null,
    'people may not');
reset role;

select * from finish();
rollback;
