-- Why: The questionnaire, its versions, and what people answered.
-- Tables: questionnaire_versions, questions, compatibility_responses.
-- Lock: the objects are new, a foreign key takes SHARE ROW EXCLUSIVE on its target.
-- Time: well under a second.

create table public.questionnaire_versions (
    id text primary key,
    description text,
    is_active boolean not null default false,
    created_at timestamptz not null default now(),
    deprecated_at timestamptz
);
comment on table public.questionnaire_versions is
    'Editions of the questionnaire; system_config QUESTIONNAIRE_VERSION names the active one.';

create table public.questions (
    id uuid primary key default gen_random_uuid(),
    version_id text not null references public.questionnaire_versions (id),
    category text not null
        check (category in ('values', 'lifestyle', 'communication', 'interests', 'background')),
    type text not null
        check (type in ('single_choice', 'multiple_choice', 'slider', 'text', 'ranking')),
    prompt text not null,
    description text,
    options jsonb,
    config jsonb,
    position integer not null,
    is_required boolean not null default true,
    created_at timestamptz not null default now(),
    unique (version_id, position)
);
comment on table public.questions is
    'The items of a questionnaire version; config holds what scoring needs of an item.';
create index idx_questions_category on public.questions (category);
-- idx_questions_version: covered by unique (version_id, position)

create table public.compatibility_responses (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references public.users (id) on delete cascade,
    question_id uuid not null references public.questions (id),
    version_id text not null references public.questionnaire_versions (id),
    answer jsonb not null,
    answered_at timestamptz not null default now(),
    unique (user_id, question_id)
);
comment on table public.compatibility_responses is
    'What a person answered: one row a person and question.';
-- idx_responses_user: covered by unique (user_id, question_id)
create index idx_responses_version on public.compatibility_responses (version_id);
