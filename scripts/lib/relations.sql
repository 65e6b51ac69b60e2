-- The tables by group, and who refers to whom, as Markdown with drawings in Mermaid.
-- Used by scripts/gen-relations: everything but the groups comes from the catalogue.
\pset format unaligned
\pset tuples_only on
create temp table groups (nr serial, name text, tables text[]);
insert into groups (name, tables) values
    ('Core', '{users,profiles,photos}'),
    ('Auth', '{social_identities,auth_sessions,account_recovery_requests}'),
    ('Questionnaire', '{questionnaire_versions,questions,compatibility_responses}'),
    ('Visual preference', '{visual_reference_images,visual_preference_sessions,
        visual_preference_pairs,visual_preference_choice_events,visual_preference_profiles,
        visual_preference_profile_snapshots,photo_recommendation_runs,photo_recommendations}'),
    ('Verification', '{verification_sessions}'),
    ('Matching', '{matchmaking_jobs,match_offers,matches,match_offer_audits}'),
    ('Chat', '{messages,typing_indicators}'),
    ('Safety', '{reports,blocks,moderation_queue,enforcement_actions}'),
    ('Admin and configuration', '{system_config,feature_flags,user_segments,user_segment_members,
        segment_config_overrides,admin_users,admin_audit_log,admin_user_views}'),
    ('Compliance', '{data_export_requests,data_deletion_requests}'),
    ('Analytics', '{analytics_events,analytics_event_schemas,matching_metric_runs,
        cohort_metric_daily,cohort_metric_weekly,cohort_metric_alerts}'),
    ('Notifications', '{push_tokens,notifications}'),
    ('Settings', '{user_preferences}'),
    ('Appeals', '{appeals}');

create temp table members as
select g.nr, g.name as group_name, place, member::regclass as oid, member
from groups as g, unnest(g.tables) with ordinality as t (member, place);

-- one line a foreign key: }o--|| many rows to one that must be there, }o--o| to one that may be
create temp table edges as
select m.nr, k.conrelid::regclass as child, k.confrelid::regclass as parent,
       format('    %s %s--%s %s : %s', k.conrelid::regclass,
              case when exists (
                  select from pg_index as x
                  where x.indrelid = k.conrelid and x.indisunique and x.indpred is null
                    and x.indkey::int2[] <@ k.conkey and k.conkey <@ x.indkey::int2[])
                   then '|o' else '}o' end,
              case when a.attnotnull then '||' else 'o|' end, k.confrelid::regclass, a.attname)
           as line
from pg_constraint as k
join members as m on m.oid = k.conrelid
join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
where k.contype = 'f';

select '<!-- Made by scripts/gen-relations from the catalogue. Do not edit. -->';
select E'\n# Tables and relations\n';
select format('%s tables in schema public. An arrow is a foreign key: `}o--||` is many rows to one'
    ' that must be there, `}o--o|` to one that may be.', (select count(*) from members));
select E'\n## ' || g.name || E'\n\n| table | what it is |\n| --- | --- |\n' || (
           select string_agg(format('| %s | %s |', m.member, obj_description(m.oid)), E'\n'
                             order by m.place)
           from members as m where m.nr = g.nr)
       || coalesce(E'\n\n```mermaid\nerDiagram\n' || (
           select string_agg(line, E'\n' order by child::text, parent::text, line)
           from edges as e where e.nr = g.nr) || E'\n```', '')
from groups as g order by g.nr;
