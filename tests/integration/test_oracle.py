"""Protects: the daemon and matchctl say what an independent implementation of the contract says.

For each scenario a database of its own is filled with people among whom every rule and malformed
value of the contract occurs; then `matchctl rematch --dry-run --ndjson` of everybody, and `matchctl
score` and `preview` of a sample, are held against tests/oracle: the same people, counts, offers,
orders and funnels, and values within 2e-6.

MATCHD_ORACLE_SEEDS (default 1) runs more seeds, MATCHD_ORACLE_PEOPLE (default 260) more people.
"""
import json
import os
import sys
import urllib.parse

import devenv

sys.path.insert(0, os.path.join(devenv.SOURCE, "tests", "oracle"))
# pylint: disable=wrong-import-position
import compare  # noqa: E402
import funnel  # noqa: E402
import oracle  # noqa: E402
import populate  # noqa: E402
import scenarios  # noqa: E402

PEOPLE = int(os.environ.get("MATCHD_ORACLE_PEOPLE", "260"))
SEEDS = int(os.environ.get("MATCHD_ORACLE_SEEDS", "1"))
PAIRS, PREVIEWS = 12, 8
SHOWN = 10


def superuser(env, database):
    return (f"host={env.env['PGHOST']} port={env.env['PGPORT']} user=postgres "
            f"password={env.env['PGPASSWORD']} dbname={database}")


def make_database(env, name):
    """A copy of the migrated database."""
    connection = env.connect(user="postgres", dbname="postgres")
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"create database {name} template {env.env['PGDATABASE']} "
                           f"owner {env.env['PGUSER']}")
    finally:
        connection.close()


def urls(env, database):
    """The daemon's connections, to another database."""
    found = {}
    for key, value in env.env.items():
        if key.startswith("MATCHD_") and key.endswith("_URL") and value.startswith("postgres"):
            found[key] = urllib.parse.urlparse(value)._replace(path=f"/{database}").geturl()
    return found


def rematch(env, clock, count):
    lines = env.run("matchctl", "rematch", "--dry-run", "--ndjson", *clock, seconds=300).stdout
    lines = [json.loads(line) for line in lines.splitlines()]
    assert len(lines) == count, f"expected {count} viewers, got {len(lines)}"
    return lines


def scores_differ(env, clock, second, seed):
    wrong = []
    for a, b in compare.sample_pairs(second, PAIRS, seed):
        wanted = second.score(a, b)
        got = json.loads(env.run("matchctl", "score", a, b, "--json", *clock).stdout)
        wrong += [f"score {a} {b}: {sentence}" for sentence in compare.compare_score(wanted, got)]
    return wrong


def previews_differ(env, clock, second, seed):
    wrong = []
    for person, k in compare.sample_people(second, PREVIEWS, seed):
        got = json.loads(env.run("matchctl", "preview", person, "-k", str(k), "--json",
                                 *clock).stdout)
        wrong += [f"preview {person} -k {k}: {sentence}" for sentence in
                  compare.compare_preview(*funnel.preview(second, person, k), got)]
    return wrong


def check(env, name, seed, people=PEOPLE):
    database = f"oracle_{name}_{seed}_{people}"
    make_database(env, database)
    chosen = populate.populate(superuser(env, database), name, seed, people)
    clock = ["--date", chosen["date"], "--now", chosen["now"]]
    second = oracle.load(superuser(env, database), chosen["date"], chosen["now"])
    with env.start("matchd", **urls(env, database)) as daemon:
        daemon.wait_for("event=matchd.ready", 60)
        lines = rematch(env, clock, len(second.members))
        wrong, excused = compare.compare_rematch(second, lines)
        wrong += scores_differ(env, clock, second, seed)
        wrong += previews_differ(env, clock, second, seed)
    offers = sum(len(line["offers"]) for line in lines)
    print(f"{name}, seed {seed}: {len(lines)} viewers, {offers} offers, {len(wrong)} differences, "
          f"{excused} excused", flush=True)
    assert excused <= 1 + len(lines) // 50, f"{excused} of {len(lines)} viewers hung on 2e-6"
    return [f"{name}, seed {seed}: {sentence}" for sentence in wrong]


def main():
    wrong = []
    with devenv.Environment() as env:
        for people in (0, 1, 5):  # nobody, somebody alone, a handful
            wrong += check(env, "forms", 1, people)
        for seed in range(1, SEEDS + 1):
            for name in scenarios.SCENARIOS:
                wrong += check(env, name, seed)
    for sentence in wrong[:SHOWN]:
        print(devenv.clipped(sentence))
    assert not wrong, f"{len(wrong)} differences, the first: {devenv.clipped(wrong[0])}"


if __name__ == "__main__":
    main()
