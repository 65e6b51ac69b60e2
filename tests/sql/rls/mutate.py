#!/usr/bin/env python3
"""Drops each policy and widens each grant, and looks whether a test fails.

    mutate.py [--all | --sample N] [--seed S] [--kind KIND] [--table NAME]

Each mutant lives in a transaction that is rolled back. The tests concerned are tried in this
order, and the first that fails has caught it: the table's cells of the access matrix, the named
attacks, the lists of tests/sql/privileges.sql. The connection is libpq's (PG*), as a superuser,
to a migrated database with pgTAP. Exit status 1 if a mutant survives.
"""
import argparse
import collections
import os
import random
import re
import subprocess
import sys

import psycopg2

import generate

SQL = os.path.dirname(generate.HERE)
VERBS = generate.VERBS
# roles: whose tests are concerned, all of them if empty
Mutant = collections.namedtuple("Mutant", "table what sql roles", defaults=((),))


def rows(cursor, query):
    cursor.execute(query)
    return cursor.fetchall()


def policy_mutants(cursor):
    """Every policy dropped, every condition of a policy gone."""
    for table, name, qual, check in rows(cursor, """
            select tablename, policyname, qual, with_check from pg_policies
            where schemaname = 'public' order by 1, 2"""):
        on = f"{name} on public.{table}"
        yield Mutant(table, f"drop policy {on}", f"drop policy {on}")
        if qual not in (None, "true"):
            yield Mutant(table, f"{on} using (true)", f"alter policy {on} using (true)")
        if check not in (None, "true"):
            yield Mutant(table, f"{on} with check (true)", f"alter policy {on} with check (true)")


def table_mutants(cursor):
    """Row level security off, and each right on a whole table that a role does not have."""
    for (table,) in rows(cursor, """
            select relname from pg_class where relnamespace = 'public'::regnamespace
            and relkind in ('r', 'p') order by 1"""):
        yield Mutant(table, f"no row level security on {table}",
                     f"alter table public.{table} disable row level security")
        yield Mutant(table, f"row level security of {table} not forced",
                     f"alter table public.{table} no force row level security")
        for role in ("anon", "authenticated", "service_role", "matchd_read", "matchd_write",
                     "matchd_repl"):
            for verb in VERBS + ("truncate", "references", "trigger"):
                yield from grant_mutant(cursor, table, role, verb)


def grant_mutant(cursor, table, role, verb):
    cursor.execute("select has_table_privilege(%s, %s, %s)", (role, f"public.{table}", verb))
    if not cursor.fetchone()[0]:
        grant = f"grant {verb} on public.{table} to {role}"
        yield Mutant(table, grant, grant, (role,))


def column_mutants(cursor):
    """Each column that a person may not write or see, opened alone."""
    for table, column, verb in rows(cursor, """
            select c.relname, a.attname, verb
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
                 and not a.attisdropped, unnest(array['select', 'insert', 'update']) verb
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
              and not has_column_privilege('authenticated', c.oid, a.attnum, verb)
            order by 1, 2, 3"""):
        grant = f'grant {verb} ("{column}") on public.{table} to authenticated'
        yield Mutant(table, grant, grant, ("authenticated",))


def function_mutants(cursor):
    """Each function opened to who may not call it."""
    for (signature,) in rows(cursor, """
            select p.oid::regprocedure::text from pg_proc p
            where p.pronamespace::regnamespace::text in ('public', 'private')
              and p.prokind = 'f' order by 1"""):
        grant = f"grant execute on function {signature} to anon"
        yield Mutant("", grant, grant, ("anon",))


KINDS = {"policies": policy_mutants, "tables": table_mutants, "columns": column_mutants,
         "functions": function_mutants}


class Tests:
    """The access tests in one transaction, in which mutants come and go."""

    def __init__(self, connection):
        self.connection = connection
        self.cursor = connection.cursor()
        self.ready = False
        self.actions = {row["table"]: row for row in generate.table_of("actions.txt")}
        self.matrix = {row["table"]: row for row in generate.csv.DictReader(
            generate.read("matrix.csv").splitlines())}
        self.attacks = generate.table_of("attacks.txt")
        self.role_of = {name: who[0] for name, who in
                        {**generate.RELATIONS, **generate.ATTACKERS}.items()}

    def outcome(self, trial):
        self.cursor.execute("select tap.probe(%s, %s, %s, %s, %s)",
                            generate.probe_arguments(*trial))
        return self.cursor.fetchone()[0]

    def cell_fails(self, mutant):
        action = self.actions[mutant.table]
        return any(
            self.outcome(generate.trial_of(action, relation, verb))
            != self.matrix[mutant.table][relation][index]
            for relation in generate.RELATIONS for index, verb in enumerate(VERBS)
            if not mutant.roles or self.role_of[relation] in mutant.roles)

    def attack_succeeds(self, mutant):
        """Of the attacks, those by a role concerned; for one role also on the same table."""
        return any(
            self.outcome((row["who"], row["statement"], row["prepare"])).split(" ")[0]
            != row["expected"] for row in self.attacks
            if not mutant.roles
            or (self.role_of[row["who"]] in mutant.roles and mutant.table in row["statement"]))

    def killer(self, mutant):
        """What catches the mutant: matrix, attacks or None."""
        if not self.ready:
            self.cursor.execute(generate.read("probe.sql"))
            self.cursor.execute(generate.fixture())
            self.ready = True
        self.cursor.execute("savepoint clean")
        self.cursor.execute(mutant.sql)
        killer = None
        if mutant.table and self.cell_fails(mutant):
            killer = "matrix"
        elif self.attack_succeeds(mutant):
            killer = "attacks"
        self.cursor.execute("rollback to savepoint clean")
        return killer

    def leave(self):
        """Ends the transaction, so that its locks stand in nobody's way."""
        self.connection.rollback()
        self.ready = False


def lists_fail(mutant):
    """privileges.sql run on top of the mutant, in a transaction of its own connection."""
    script = f"begin;\n{mutant.sql};\n\\i {os.path.join(SQL, 'privileges.sql')}\n"
    done = subprocess.run(["psql", "-X", "-qAt"], input=script, text=True, capture_output=True,
                          cwd=os.path.dirname(os.path.dirname(SQL)), check=False)
    results = re.findall(r"^(ok|not ok) \d+", done.stdout, re.MULTILINE)
    plan = re.search(r"^1\.\.(\d+)$", done.stdout, re.MULTILINE)
    if not plan or int(plan[1]) != len(results):
        raise SystemExit(f"privileges.sql did not run to its end: {done.stderr}")
    return "not ok" in results


def arguments():
    parser = argparse.ArgumentParser(description="mutation test of the access rules")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=sorted(KINDS))
    parser.add_argument("--table")
    return parser.parse_args()


def main():
    options = arguments()
    connection = psycopg2.connect("")
    cursor = connection.cursor()
    mutants = [mutant for name, kind in KINDS.items() if options.kind in (None, name)
               for mutant in kind(cursor)]
    connection.rollback()
    if options.table:
        mutants = [mutant for mutant in mutants if mutant.table == options.table]
    total = len(mutants)
    if not options.all:
        mutants = random.Random(options.seed).sample(mutants, min(options.sample, total))
    caught = collections.Counter()
    tests = Tests(connection)
    for mutant in mutants:
        killer = tests.killer(mutant)
        if killer is None:
            if not mutant.sql.startswith("grant"):
                tests.leave()
            killer = "lists" if lists_fail(mutant) else None
        caught[killer] += 1
        if killer is None:
            print(f"survived: {mutant.what}", flush=True)
    print(f"{len(mutants)} of {total} mutants (seed {options.seed}): {caught['matrix']} caught by "
          f"the matrix, {caught['attacks']} by attacks, {caught['lists']} by the lists, "
          f"{caught[None]} survived")
    sys.exit(1 if caught[None] else 0)


if __name__ == "__main__":
    main()
