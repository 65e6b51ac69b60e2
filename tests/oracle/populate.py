#!/usr/bin/python3
"""Fills a migrated, otherwise empty database with people of every kind the contract speaks of.

    populate.py DSN SCENARIO --seed 1 --people 200

The connection must be a superuser's: triggers (which refuse much of this) are left out by
session_replication_role, and the checks named content_* are dropped. All other constraints stand,
so that nothing is written that a database with the contract's schema could not hold.
"""
import argparse
import random
import sys

import psycopg2
import psycopg2.extras

import nasty_answers
import scenarios
from nasty_people import Maker
from nasty_relations import Relations

CASTS = {"visual_features": "real[]", "preference_embedding": "real[]",
         "seeking_gender": "text[]"}

ORDER = ["questions", "users", "profiles", "compatibility_responses", "photos",
         "visual_preference_profiles", "verification_sessions", "enforcement_actions",
         "data_deletion_requests", "blocks", "reports", "matches", "match_offers",
         "user_segments", "segment_config_overrides", "user_segment_members",
         "matching.policy_segments", "matching.user_config_overrides"]


def insert(cursor, table, rows):
    if not rows:
        return
    columns = list(rows[0])
    name = table if "." in table else f"public.{table}"
    template = "(" + ", ".join(f"%({c})s" + (f"::{CASTS[c]}" if c in CASTS else "")
                               for c in columns) + ")"
    psycopg2.extras.execute_values(
        cursor, f"insert into {name} ({', '.join(columns)}) values %s on conflict do nothing",
        rows, template, page_size=500)


def array_text(values):
    """A PostgreSQL array literal, now and then with a lower bound that is not 1."""
    if values is None:
        return None
    text = "{" + ",".join("NULL" if x is None else str(x) for x in values) + "}"
    return f"[5:{len(values) + 4}]={text}" if len(values) > 2 and len(text) % 7 == 0 else text


def lift_checks(cursor):
    cursor.execute("set session_replication_role = replica")
    cursor.execute("select conrelid::regclass::text, quote_ident(conname) from pg_constraint "
                   "where contype = 'c' and conname like 'content\\_%' and conislocal")
    for table, name in cursor.fetchall():
        cursor.execute(f"alter table {table} drop constraint {name}")


def write_questionnaire(cursor, version):
    if version == "nasty":
        cursor.execute("insert into public.questionnaire_versions (id) values (%s)", (version,))
        insert(cursor, "questions", nasty_answers.version_rows(version))
    cursor.execute("select id, version_id, type, options, config from public.questions "
                   "where version_id = %s order by position", (version,))
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor]


def write_settings(cursor, system):
    """None takes the row away: the default in code must do."""
    for key, value in system.items():
        if value is None:
            cursor.execute("delete from public.system_config where key = %s", (key,))
        cursor.execute("update public.system_config set value = %s where key = %s", (value, key))


def tie_lengths(people, maker):
    """Photos of twice the length, as many as there are of the usual one."""
    photos = [row for person in people for row in person.rows.get("photos", [])
              if row["visual_model_version"] == "v1" and row["visual_features"]]
    counts = {}
    for row in photos:
        counts[len(row["visual_features"])] = counts.get(len(row["visual_features"]), 0) + 1
    missing = counts.get(maker.length, 0) - counts.get(2 * maker.length, 0)
    for _ in range(missing):
        maker.rng.choice(people).add(
            "photos", id=maker.uuid(), user_id=None, url="p", position=0, is_primary=False,
            is_verified=False, visual_model_version="v1",
            visual_features=[maker.rng.gauss(0, 1) for _ in range(2 * maker.length)])


def make_people(maker, count, tie):
    people = []
    while len(people) < count:
        people.append(maker.make())
        if len(people) > 4 and maker.chance(0.06):
            people.append(maker.clone(maker.rng.choice(people)))
    if tie:
        tie_lengths(people, maker)
    return people


def gather(people, relations):
    tables = {table: list(rows) for table, rows in relations.items()}
    for person in people:
        for table, rows in person.rows.items():
            for row in rows:
                if "user_id" in row:
                    row["user_id"] = person.id
            tables.setdefault(table, []).extend(rows)
    for rows in tables.values():
        for row in rows:
            for column in CASTS:
                if column in row:
                    row[column] = array_text(row[column])
    return tables


def populate(dsn, name, seed, count):
    """Writes one population; all of it, or nothing."""
    chosen = scenarios.scenario(name)
    rng = random.Random(f"{name}:{seed}")
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            lift_checks(cursor)
            questions = write_questionnaire(cursor, chosen["version"])
            write_settings(cursor, chosen["system"])
            maker = Maker(rng, chosen, nasty_answers.Answerer(rng, questions))
            people = make_people(maker, count, chosen["tie"])
            tables = gather(people, Relations(maker, people).make())
            for table in ORDER:
                insert(cursor, table, tables.pop(table, []))
            if tables:
                raise AssertionError(f"left over: {sorted(tables)}")
    finally:
        connection.close()
    return chosen


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("dsn")
    parser.add_argument("scenario", choices=scenarios.SCENARIOS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=200)
    chosen = parser.parse_args()
    written = populate(chosen.dsn, chosen.scenario, chosen.seed, chosen.people)
    print(f"date {written['date']}, now {written['now']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
