"""matchd-bench populate: the same arguments give the same database, row by row and column by
column, whatever the number of connections and whenever it runs; loading it gives the same people as
making them up in memory; what is written looks like people (every status, answers that are missing,
vectors of one person that are alike); and it refuses what it cannot do.
"""
import os
import tempfile

import devenv

ARGUMENTS = ["--people", "1500", "--now", "2026-11-22T09:00:00Z", "--dim", "24", "--viewers", "0"]


def make_database(env, name):
    connection = env.connect(user="postgres", dbname="postgres")
    with connection.cursor() as cursor:
        cursor.execute(f"create database {name} template {env.env['PGDATABASE']}"
                       f" owner {env.env['PGUSER']}")
    connection.close()


def url(env, name, role):
    return env.env[role].rsplit("/", 1)[0] + "/" + name


def digest(env, name):
    """One hash of every row of every table, partitions left to their parents."""
    connection = env.connect(user="postgres", dbname=name)
    with connection.cursor() as cursor:
        cursor.execute(
            "select format('%I.%I', n.nspname, c.relname) from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p') and not c.relispartition"
            " and n.nspname in ('public', 'matching') order by 1")
        digests = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"select count(*), md5(coalesce(string_agg(t::text, E'\\n'"
                           f" order by t::text), '')) from {table} t")
            digests[table] = cursor.fetchone()
    connection.close()
    return digests


def populate(env, name, *arguments, check=True):
    return env.run("matchd-bench", "populate", *arguments, check=check, PGDATABASE=name)


def check_same(env):
    make_database(env, "one")
    make_database(env, "two")
    make_database(env, "other")
    populate(env, "one", *ARGUMENTS, "--connections", "1")
    populate(env, "two", *ARGUMENTS, "--connections", "3")
    populate(env, "other", *ARGUMENTS, "--seed", "2")
    one, two, other = (digest(env, name) for name in ("one", "two", "other"))
    for table, found in one.items():
        assert found == two[table], f"{table} differs between two runs: {found}, {two[table]}"
    for table in ("users", "profiles", "photos", "compatibility_responses", "match_offers",
                  "visual_preference_profiles", "verification_sessions", "matches", "blocks",
                  "reports", "enforcement_actions"):
        table = f"public.{table}"
        assert one[table][0] > 0, f"{table} is empty"
        assert one[table] != other[table], f"{table} is the same with another seed"
    # What triggers write when rows cannot be used, or end what others began.
    for table in ("input_warnings", "offer_events", "match_events", "outbox"):
        assert one[f"matching.{table}"][0] == 0, f"triggers wrote to matching.{table}"


def check_loading(env):
    """What the loader makes of it is what the generator makes in memory."""
    reader = url(env, "one", "MATCHD_DATABASE_URL")
    ran = env.run("matchd-bench", "verify", *ARGUMENTS[:-2], "--database", reader)
    assert ran.stdout == "the same: 1500 people, 28 items\n", ran.stdout
    ran = env.run("matchd-bench", "verify", *ARGUMENTS[:-2], "--seed", "2", "--database", reader,
                  check=False)
    assert ran.returncode == 1 and "presence differ" in ran.stdout, ran.stdout
    connection = env.connect(dbname="one")
    with connection.cursor() as cursor:
        cursor.execute("update public.profiles set max_age_preference = 44 where user_id ="
                       " (select user_id from public.profiles where max_age_preference <> 44"
                       " order by 1 limit 1)")
    connection.close()
    ran = env.run("matchd-bench", "verify", *ARGUMENTS[:-2], "--database", reader, check=False)
    assert ran.returncode == 1 and ran.stderr == "verify: 1 differences\n", ran.stderr
    assert ran.stdout.endswith(": profile differ\n"), ran.stdout


def check_people(env):
    connection = env.connect(dbname="other")
    with connection.cursor() as cursor:
        def ask(query):
            cursor.execute(query)
            return cursor.fetchall()

        statuses = {status for (status,) in ask("select distinct status from public.match_offers")}
        assert statuses == {"offered", "accepted", "passed", "not_now", "expired", "matched"}
        most, = ask("select max(28 - n) from (select count(*) n from"
                    " public.compatibility_responses group by user_id) a")[0]
        assert most == 4, f"at most 4 of 28 answers may be missing, found {most}"
        days, = ask("select count(distinct answered_at::date) from"
                    " public.compatibility_responses")[0]
        assert days > 100, f"answers of only {days} days"
        genders = {g for (g,) in ask("select distinct gender from public.users")}
        assert genders == {"male", "female", "non_binary", "prefer_not_to_say"}
        cities, zones = ask("select count(distinct city), count(distinct timezone)"
                            " from public.profiles")[0]
        assert cities > 50 and zones > 30, (cities, zones)
        same, others = ask("""
            select avg(cosine) filter (where mine), avg(cosine) filter (where not mine)
            from (select a.user_id = b.user_id as mine,
                      (select sum(x * y) / sqrt(sum(x * x) * sum(y * y))
                       from unnest(a.visual_features, b.visual_features) as v (x, y))
                      as cosine
                  from public.photos a join public.photos b on a.id < b.id
                      and (a.user_id = b.user_id or (a.position = 3 and b.position = 3))
                  where a.visual_features is not null
                      and b.visual_features is not null) pairs""")[0]
        assert same > 0.75 and abs(others) < 0.2, (same, others)
        crowded, = ask("select count(*) from (select u from (select user_id_1 u from public.matches"
                       " where status = 'active' union all select user_id_2 from public.matches"
                       " where status = 'active') m group by u having count(*) > 2) c")[0]
        assert crowded == 0, f"{crowded} people have more than 2 active matches"
        # Traits are shared within a construct: faith and belief go together.
        together, = ask("""
            select corr((a.answer #>> '{}')::int, (b.answer #>> '{}')::int)
            from public.compatibility_responses a
            join public.compatibility_responses b using (user_id)
            join public.questions p on p.id = a.question_id and p.position = 5
            join public.questions q on q.id = b.question_id and q.position = 26""")[0]
        assert together > 0.4, together
    connection.close()


def check_dense(env):
    """Nothing but gender keeps two apart."""
    ran = env.run("matchd-bench", "populate", "--in-memory", "--people", "600", "--dense", "--now",
                  "2026-11-22T09:00:00Z", "--dim", "8")
    assert "in the population: 600 of 600" in ran.stdout, ran.stdout
    assert "eligible: 100.0 % of the pairs that pass the gender rule, which 50.1 %" in ran.stdout
    assert "median 300, quartiles 300 and 300" in ran.stdout, ran.stdout


def check_metro(env):
    """The metro that benchmarks run on: 10 to 20 % eligible, 4,000 for the median viewer."""
    ran = env.run("matchd-bench", "populate", "--in-memory", "--people", "100000", "--metro",
                  "London", "--now", "2026-11-22T09:00:00Z", "--dim", "0", "--viewers", "500",
                  seconds=200)
    lines = {line.split(":")[0]: line for line in ran.stdout.splitlines()}
    share = float(lines["eligible"].split()[1])
    median = int(lines["eligible per viewer"].split()[4].rstrip(","))
    assert 10 <= share <= 20 and median >= 4000, ran.stdout


def check_refusals(env):
    def refused(said, *arguments, status=2, name="other"):
        ran = populate(env, name, *arguments, check=False)
        assert ran.returncode == status and said in ran.stderr, (ran.returncode, ran.stderr)

    refused("already holds people", *ARGUMENTS, status=1)
    refused("--now is missing", "--people", "5")
    refused("--people: expected a whole number from 1 to 4000000, got '-5'", "--people", "-5")
    refused("--now: expected an instant", "--people", "5", "--now", "yesterday")
    refused("unknown", "--people", "5", "--nom", "x")
    refused("no city named Atlantis among 106", *ARGUMENTS, "--metro", "Atlantis", status=1)
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "cities.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("name,country_code,lat,lon,population,timezone\n"
                       '"Here, There",XX,10.5,-20.25,5000,Europe/Paris\n'
                       "Nowhere,XX,95,0,5000,Europe/Paris\n")
        refused(f"{path}:3: lat: expected degrees", *ARGUMENTS, "--cities", path, status=1)
        with open(path, "w", encoding="utf-8") as file:
            file.write("name,country_code,lat,lon,population,timezone\n"
                       '"Here, There",XX,10.5,-20.25,5000,Europe/Paris\n')
        make_database(env, "third")
        populate(env, "third", "--people", "20", "--now", "2026-11-22T09:00:00Z", "--cities", path,
                 "--viewers", "0")
    connection = env.connect(dbname="third")
    with connection.cursor() as cursor:
        cursor.execute("select distinct city, country, timezone from public.profiles")
        assert cursor.fetchall() == [("Here, There", "XX", "Europe/Paris")]
    connection.close()


def main():
    with devenv.Environment() as env:
        check_same(env)
        check_loading(env)
        check_people(env)
        check_dense(env)
        check_metro(env)
        check_refusals(env)


main()
