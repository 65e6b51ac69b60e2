-- Protects the seed rows: they are the contract's tables, and their ids never change.
\set ON_ERROR_STOP 1
begin;
set local search_path = public, tap;
select plan(16);

create temp table config_keys (
    key text, type text, fallback text, low text, high text, per text, meaning text);
\copy config_keys from 'tests/contract/config_keys.csv' csv header
create temp table items (
    position int, item text, type text, construct text, role text, evidence text, direction text,
    facet text, importance_of text, attribute text, options text, notes text);
\copy items from 'tests/contract/questionnaire_v1.csv' csv header

select is((select count(*)::int from config_keys), 70, 'the contract has 70 keys');
select set_eq(
    'select key, value, value_type, description from public.system_config',
    'select key, fallback, type, meaning from config_keys',
    'system_config has each key with its default');

select is((select count(*)::int from items), 28, 'the contract has 28 items');
select results_eq(
    $$select q.position, q.type, q.config ->> 'construct', q.config ->> 'role',
             q.config ->> 'evidence', q.config ->> 'direction', q.config ->> 'facet',
             q.config ->> 'importance_of', q.config ->> 'attribute',
             (select string_agg(o ->> 'id', '|' order by nr)
              from jsonb_array_elements(q.options) with ordinality as t (o, nr))
      from public.questions q where version_id = 'v1' order by position$$,
    $$select position, type, construct, role, evidence, direction, facet, importance_of,
             attribute, options
      from items order by position$$,
    'questionnaire v1 has the items of the contract');
select is_empty(
    $$select position from public.questions
      where type = 'slider' and (config ->> 'min', config ->> 'max', config ->> 'step')
                                is distinct from ('1', '7', '1')$$,
    'sliders go from 1 to 7');
select is_empty(
    $$select position, key from public.questions, jsonb_object_keys(config) as key
      where key not in ('construct', 'role', 'evidence', 'direction', 'facet', 'importance_of',
                        'attribute', 'min', 'max', 'step')
        and (position, key) not in (
            (2, 'conflicts'), (2, 'wildcard'), (3, 'key'), (3, 'ordinal'),
            (13, 'ordinal'), (13, 'unanswered'), (14, 'unanswered'))$$,
    'no item has a rule that the contract does not give it');
select results_eq(
    $$select config -> 'conflicts', config -> 'wildcard' from public.questions
      where version_id = 'v1' and position = 2$$,
    $$values ('[["exclusive", "cnm"]]'::jsonb, '"either"'::jsonb)$$,
    'relationship structure excludes and has a wildcard');
select results_eq(
    $$select config -> 'key', config -> 'ordinal' from public.questions
      where version_id = 'v1' and position = 3$$,
    $$values ('"children"'::jsonb, 'true'::jsonb)$$,
    'the item on children is named and ordinal');
select results_eq(
    $$select position, config -> 'ordinal', config -> 'unanswered' from public.questions
      where version_id = 'v1' and position in (13, 14) order by position$$,
    $$values (13, 'true'::jsonb, '["other", "prefer_not_to_say"]'::jsonb),
             (14, null, '["prefer_not_to_say"]'::jsonb)$$,
    'options that count as no answer');
select is_empty(
    $$select position from public.questions
      where btrim(prompt) = '' or (type <> 'slider' and exists (
          select from jsonb_array_elements(options) as o where btrim(o ->> 'label') = ''))$$,
    'every prompt and every option has words');
select results_eq(
    $$select id, is_active from public.questionnaire_versions$$,
    $$values ('v1', true)$$, 'v1 is the active version');

select set_eq(
    'select key, is_system from public.user_segments',
    $$values ('all_users', true), ('country_us', true), ('country_gb', true),
             ('country_ca', true), ('country_au', true), ('beta_testers', false)$$,
    'six segments');
select set_eq(
    'select event_type, required_properties from public.analytics_event_schemas where is_active',
    $$values ('match_offer_presented', '{offer_id,candidate_user_id,policy_segment}'::text[]),
             ('match_offer_action', '{offer_id,action,policy_segment}'),
             ('match_mutual_created', '{match_id,offer_id,policy_segment}'),
             ('message_sent', '{match_id,message_id,sender_role}'),
             ('message_replied', '{match_id,message_id,reply_latency_seconds}'),
             ('message_flagged_unwanted_content', '{match_id,report_id,content_category}'),
             ('user_queue_fatigue_signal', '{signal_type,policy_segment}'),
             ('policy_segment_assigned', '{policy_segment,assignment_reason}')$$,
    'eight event schemas');

-- v5 ids: a clone has the same ones
select is(
    (select md5(string_agg(id::text, ',' order by position)) from public.questions),
    '9c8d57fdfeb1d8f4c10b33e4cc715c5f', 'the ids of the questions are fixed');
select is(
    (select md5(string_agg(id::text, ',' order by key)) from public.user_segments),
    'e10616e7ca861aba713e660182758a55', 'the ids of the segments are fixed');
select ok(
    exists (select from matching.timezone_names where name = 'UTC')
    and exists (select from matching.timezone_names where name = 'Europe/London'),
    'the time zones are known');

select * from finish();
rollback;
