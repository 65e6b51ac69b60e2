#!/usr/bin/env python3
"""Turns matrix.csv and attacks.txt into pgTAP: one file a table, one test a cell (48 x 10 x 4 =
1,920), and one file for the attacks.

    generate.py OUTPUT_DIRECTORY

matrix.csv says what each relation to a row may do: four letters for select, insert, update and
delete, as probe.sql explains them. actions.txt says how each is tried, people.sql, person.sql and
pair.sql make the rows. {p} is the person of the row, {q} the partner, {row:t} the person's row in
table t, {pair:t} that of the two people.

Attacks keep the names of the list they come from. Not here: A22 to A24 and A53 need the functions
that act on offers and show cards, A40 and A61 are the matrix, A49 and A63 need a session
(sessions.sql), A48, A50, A60 and A68 are rules for all functions, views and columns
(privileges.sql); A46, A47, A51, A52 and A62 are about software in front of the database.
"""
import csv
import os
import re
import sys
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
VERBS = ("select", "insert", "update", "delete")
LETTERS = "abcdesnxm"
PEOPLE = {letter: f"00000000-0000-4000-a000-{index:012x}"
          for index, letter in enumerate(LETTERS, 10)}
# relation: role, who acts, whose row it is, the partner of that person
RELATIONS = {
    "anon": ("anon", None, "a", "b"),
    "owner": ("authenticated", "a", "a", "b"),
    "stranger": ("authenticated", "x", "a", "b"),
    "counterpart": ("authenticated", "b", "a", "b"),
    "ex_counterpart": ("authenticated", "c", "a", "c"),
    "blocked": ("authenticated", "d", "a", "d"),
    "suspended": ("authenticated", "s", "s", "x"),
    "anonymous": ("authenticated", "n", "n", "x"),
    "admin": ("authenticated", "m", "a", "b"),
    "service": ("service_role", None, "a", "b"),
}
# who else attacks
ATTACKERS = {
    "pretender": ("authenticated", "x", "a", "b"),
    "admin_aal1": ("authenticated", "m", "a", "b"),
    "admin_suspended": ("authenticated", "m", "a", "b"),
    "matchd_read": ("matchd_read", None, "a", "b"),
    "matchd_write": ("matchd_write", None, "a", "b"),
    "matchd_repl": ("matchd_repl", None, "a", "b"),
    "postgres": ("postgres", None, "a", "b"),
}
CLAIMS = {
    "anonymous": '{"is_anonymous": true}',
    "admin": '{"aal": "aal2"}',
    "admin_aal1": '{"aal": "aal1"}',
    "pretender": '{"aal": "aal2", "user_metadata": {"is_admin": true, "role": "admin"}}',
}
# rows that belong to nobody
SHARED = {"admin_users", "feature_flags", "user_segments", "segment_config_overrides",
          "matching_metric_runs", "cohort_metric_daily", "cohort_metric_weekly",
          "cohort_metric_alerts"}
COUPLES = (("a", "b", "active"), ("a", "c", "closed"), ("a", "d", "closed"), ("s", "x", "active"),
           ("n", "x", "active"))


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def row_id(*parts):
    return f"'{uuid.uuid5(uuid.NAMESPACE_URL, 'rls:' + ':'.join(parts))}'"


def fill(template, table="", person="a", partner="b", status=""):
    """The template with its braces replaced for a person and a partner."""
    def value(found):
        name, _, of_table = found[1].partition(":")
        of_table = of_table or table
        if name in PEOPLE:
            return f"'{PEOPLE[name]}'"
        if name == "row":
            owner = "" if of_table in SHARED else person
            return row_id(of_table, owner)
        if name == "pair":
            return row_id(of_table, person, partner)
        named = {"p": person, "q": partner, "z": "e" if person != "a" else "d"}
        if name in named:
            return f"'{PEOPLE[named[name]]}'"
        if name == "match_status":
            return status
        raise SystemExit(f"unknown placeholder {found[0]}")
    return re.sub(r"\{([a-z]+(?::[a-z_]+)?|match_status)\}", value, template)


def fixture():
    parts = [fill(read("people.sql"))]
    parts += [fill(read("person.sql"), person=person) for person in "asn"]
    parts += [fill(read("pair.sql"), person=p, partner=q, status=s) for p, q, s in COUPLES]
    return "\n".join(parts) + "\nset local session_replication_role = origin;\n"


def statement(verb, action):
    table = f"public.{action['table']}"
    if verb == "select":
        return f"select 1 from {table} where {action['target']}"
    if verb == "insert":
        return f"insert into {table} ({action['columns']}) values ({action['values']})"
    if verb == "update":
        return f"update {table} set {action['set']} where {action['target']}"
    return f"delete from {table} where {action['target']}"


def probe_arguments(relation, statement_text, prepare, table=""):
    """What tap.probe takes: role, caller, claims, preparation, statement."""
    role, actor, person, partner = {**RELATIONS, **ATTACKERS}[relation]
    return (role, PEOPLE[actor] if actor else None, CLAIMS.get(relation, "{}"),
            fill(prepare, table, person, partner), fill(statement_text, table, person, partner))


def probe(*trial):
    """The call that tries a statement as a relation."""
    role, sub, claims, prepare, statement_text = probe_arguments(*trial)
    caller = f"'{sub}'" if sub else "null"
    return (f"tap.probe('{role}', {caller}, '{claims}',\n"
            f"    $p${prepare}$p$,\n    $s${statement_text}$s$)")


def trial_of(action, relation, verb):
    """How a cell is tried."""
    prepare = action["prepare"] if verb == "insert" else ""
    return relation, statement(verb, action), prepare, action["table"]


def cell(action, relation, verb, expected):
    """One test: the outcome of a verb for a relation."""
    call = probe(*trial_of(action, relation, verb))
    return f"select is({call},\n    '{expected}', '{action['table']}: {relation} {verb}');\n"


def attack(row):
    call = probe(row["who"], row["statement"], row["prepare"])
    what = f"{row['name']} {row['who']}: {row['what']}".replace("'", "''")
    # an SQLSTATE stands for itself, whatever the message
    return f"select is(split_part({call}, ' ', 1),\n    '{row['expected']}', '{what}');\n"


def write(path, tests):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"-- made by tests/sql/rls/generate.py\nbegin;\n{read('probe.sql')}\n"
                   f"{fixture()}\nset local search_path = tap, public;\n"
                   f"select plan({len(tests)});\n{''.join(tests)}"
                   "select * from finish();\nrollback;\n")


def table_of(name):
    return list(csv.DictReader(read(name).splitlines(), delimiter="|", quoting=csv.QUOTE_NONE))


def main():
    out = sys.argv[1]
    os.makedirs(out, exist_ok=True)
    actions = {row["table"]: row for row in table_of("actions.txt")}
    rows = list(csv.DictReader(read("matrix.csv").splitlines()))
    if len(rows) != 48 or set(actions) != {row["table"] for row in rows}:
        raise SystemExit("matrix.csv and actions.txt must name the same 48 tables")
    for row in rows:
        tests = [cell(actions[row["table"]], relation, verb, row[relation][index])
                 for relation in RELATIONS for index, verb in enumerate(VERBS)]
        write(os.path.join(out, f"{row['table']}.sql"), tests)
    attacks = table_of("attacks.txt")
    write(os.path.join(out, "attacks.sql"), [attack(row) for row in attacks])
    print(f"{48 * len(RELATIONS) * len(VERBS)} cells, {len(attacks)} attacks")


if __name__ == "__main__":
    main()
