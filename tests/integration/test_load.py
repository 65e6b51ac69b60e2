"""Loading from a real PostgreSQL: what of a person arrives, what is refused and counted, and every
reason to refuse to start as a sentence that says what to do.
"""
import json
import os
import re
import signal
import subprocess
import sys
import time

import devenv

PROBE = "tests/probe_store"
ANN = "11111111-1111-4111-8111-111111111111"
BEN = "22222222-2222-4222-8222-222222222222"
SLIDER = "(select id from public.questions where version_id = 'v1' and type = 'slider' " \
         "order by position limit 1)"
CHOICE = "(select id from public.questions where version_id = 'v1' and position = 2)"


class Store:
    """The private database, and the probe run against it."""

    def __init__(self, env):
        self.env = env

    def sql(self, *statements):
        """As the superuser, without triggers and foreign keys: what no application could write."""
        connection = self.env.connect(user="postgres")
        with connection.cursor() as cursor:
            cursor.execute("set session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
        connection.close()
        return rows

    def probe(self, *arguments, status=0, **extra):
        """The answer, and the log."""
        ran = self.env.run(PROBE, *map(str, arguments), check=False, **extra)
        assert ran.returncode == status, \
            f"exit status {ran.returncode}:\n{ran.stdout}{ran.stderr[-3000:]}"
        return json.loads(ran.stdout), ran.stderr

    def load(self, *arguments, **extra):
        return self.probe("load", *arguments, **extra)[0]

    def refused_start(self, *parts, arguments=(), **extra):
        """The load must fail with one sentence that has all the parts; the sentence."""
        answer, _ = self.probe("load", *arguments, status=1, **extra)
        for part in parts:
            assert part in answer["error"], f"expected {part!r} in: {answer['error']}"
        return answer["error"]

    def add_person(self, user, **columns):
        values = {"id": f"'{user}'", "phone_hash": f"'{user}'", "phone_last_four": "'0000'",
                  "display_name": "'Ann'", "bio": "'\u00a0'", "date_of_birth": "'1990-02-28'",
                  "gender": "'female'", "seeking_gender": "'{male,female}'", "status": "'active'",
                  "onboarding_step": "'complete'", "last_active_at": "'2026-11-20T00:00Z'",
                  **columns}
        self.sql(f"insert into public.users ({', '.join(values)}) values "
                 f"({', '.join(values.values())})")

    def clear(self):
        self.sql("truncate public.users, public.profiles, public.photos, "
                 "public.compatibility_responses, public.visual_preference_profiles, "
                 "public.verification_sessions, public.enforcement_actions, public.blocks, "
                 "public.data_deletion_requests, public.reports, public.matches, "
                 "public.match_offers, matching.policy_segments, matching.user_config_overrides, "
                 "public.user_segment_members, public.segment_config_overrides cascade")


# ---- what arrives -------------------------------------------------------------------------------


def check_empty(store):
    answer, log = store.probe("load")
    assert answer["people"] == 0 and answer["refused"] == {}, answer
    assert "event=load.empty" in log, log
    assert "event=load.done people=0" in log, log


FACTS = (
    f"insert into public.profiles (user_id, city, country, latitude, longitude, max_distance_km, "
    f"min_age_preference, max_age_preference, relationship_intent, education, occupation, "
    f"height_cm, drinking, timezone) values ('{ANN}', 'Boston', 'US', 42.36010000, -71.05890000, "
    f"30, 25, null, 'serious', 'BSc', ' ', 170, 'socially', 'America/New_York')",
    f"insert into public.photos (id, user_id, url, is_primary, is_verified, position, "
    f"visual_features, visual_model_version) values "
    f"('00000000-0000-4000-8000-000000000002', '{ANN}', 'u', true, true, 0, '{{3,4,0}}', 'v1'),"
    f"('00000000-0000-4000-8000-000000000001', '{ANN}', 'u', false, true, 1, '{{0,0,2}}', 'v1'),"
    f"('00000000-0000-4000-8000-000000000003', '{ANN}', 'u', false, true, 2, '{{9,9}}', 'other')",
    f"insert into public.visual_preference_profiles (user_id, status, confidence, "
    f"preference_embedding, model_version) values "
    f"('{ANN}', 'ready', 0.875, '{{1,2,3}}', 'v1')",
    f"insert into public.verification_sessions (user_id, status, consent_version, liveness_score, "
    f"created_at) values ('{ANN}', 'verified', '1', 0.93, '2026-11-01'), "
    f"('{ANN}', 'pending', '1', 0.1, '2026-11-02')",
    f"insert into public.compatibility_responses (user_id, question_id, version_id, answer) values "
    f"('{ANN}', {SLIDER}, 'v1', '4'), ('{ANN}', {CHOICE}, 'v1', '\"cnm\"'), "
    f"('{ANN}', gen_random_uuid(), 'v0', '4')",
    f"insert into public.enforcement_actions (user_id, action_type, reason, enacted_by, "
    f"expires_at) values ('{ANN}', 'temporary_suspension', 'x', '{BEN}', '2026-12-01'), "
    f"('{BEN}', 'permanent_ban', 'x', '{BEN}', null)",
    f"insert into public.blocks (blocker_id, blocked_id, reason) values "
    f"('{ANN}', '{BEN}', 'no_reason')",
    f"insert into public.reports (reporter_id, reported_user_id, type, category, status) values "
    f"('{BEN}', '{ANN}', 'user', 'other', 'resolved'), ('{BEN}', null, 'message', 'other', "
    f"'resolved')",
    f"insert into public.match_offers (user_id, offered_user_id, batch_date, compatibility_score) "
    f"values ('{ANN}', '{BEN}', '2026-11-22', 77)",
    f"insert into matching.policy_segments (user_id, segment) values "
    f"('{BEN}', 'low_inbound_low_response')",
)


def check_facts(store):
    store.add_person(ANN)
    store.add_person(BEN, gender="null", seeking_gender="null", last_active_at="null")
    store.sql(*FACTS)
    ann, _ = store.probe("person", ANN)
    assert (ann["gender"], ann["seeking"]) == (2, 0b110), ann
    assert (ann["latitude"], ann["longitude"]) == (42.3601, -71.0589), ann
    assert (ann["max_distance_km"], ann["min_age"], ann["max_age"]) == (30, 25, -1), ann
    assert (ann["confidence"], ann["liveness"], ann["intent"]) == (0.875, 0.93, 2), ann
    # name, city, coordinates, intent, education, height, three photos, a verified primary one;
    # the bio is a no-break space and the occupation a blank.
    assert ann["consistency"] == 8, ann
    assert (ann["timezone"], ann["photo_count"]) == ("America/New_York", 3), ann
    assert sorted(ann["answers"].values()) == [1, 3], ann
    # unit((0.6, 0.8, 0) + (0, 0, 1)), of the two photos of the pinned model
    assert all(abs(x - y) < 1e-15 for x, y in
               zip(ann["features"], (0.6 / 2 ** .5, 0.8 / 2 ** .5, 1 / 2 ** .5))), ann
    assert ann["preference"] and ann["excluded_until"].startswith("2026-12-01"), ann
    assert (ann["pairs"], ann["reports"], ann["partners"]) == (1, 1, 1), ann
    ben, _ = store.probe("person", BEN)
    assert (ben["gender"], ben["seeking"], ben["segment"]) == (0, 0, 2), ben
    assert (ben["latitude"], ben["features"], ben["timezone"]) == (None, None, "UTC"), ben
    assert "infinity" in ben["excluded_until"] and "-infinity" in ben["last_active_at"], ben


def check_both_snapshots(store):
    """With a slot and without: the same people; the slot is told with its place in the log."""
    with_slot, log = store.probe("load")
    without = store.load(MATCHD_REPLICATION_URL="")
    assert re.fullmatch(r"[0-9A-F]+/[0-9A-F]+", with_slot["lsn"]), with_slot
    assert with_slot["slot"].startswith("matchd_") and without["slot"] == "", without
    for key in ("people", "dim", "rows", "refused", "config_digest", "answers_ignored"):
        assert with_slot[key] == without[key], key
    assert with_slot["dim"] == 3 and with_slot["answers_ignored"] == 1, with_slot
    assert with_slot["rows"]["public.photos"] == 3, with_slot
    for event in ("load.started", "load.snapshot", "load.settings", "load.table", "load.done"):
        assert f"event={event}" in log, event
    left = store.sql("select count(*) from pg_replication_slots")
    assert left == [(0,)], f"{left[0][0]} replication slots are left"


def check_configuration(store):
    segment = "(select id from public.user_segments where key = 'beta_testers')"
    store.sql(
        "update public.system_config set value = '4' where key = 'MATCHES_PER_DAY_DEFAULT'",
        "update public.system_config set value = 'many' where key = 'MATCH_RERANK_POOL'",
        f"insert into public.segment_config_overrides (segment_id, config_key, override_value, "
        f"updated_by) values ({segment}, 'MATCHES_PER_DAY_DEFAULT', '5', 't'), "
        f"({segment}, 'MATCH_ACTIVE_QUEUE_CAP', '0', 't')",
        f"insert into public.user_segment_members (segment_id, user_id) values "
        f"({segment}, '{ANN}'), ({segment}, '{BEN}')",
        f"insert into matching.user_config_overrides values "
        f"('{BEN}', 'MATCHES_PER_DAY_DEFAULT', '6'), ('{BEN}', 'MIN_AGE', '30'), "
        f"('{BEN}', E'A\\nlevel=error', '1'), ('{BEN}', 'B', '1')")
    answer = store.load()
    refused = {key.split(":")[0]: count for key, count in answer["refused"].items()}
    assert refused == {"system_config.MATCH_RERANK_POOL": 1,
                       "segment_config_overrides.MATCH_ACTIVE_QUEUE_CAP": 1,
                       "user_config_overrides.MIN_AGE": 1,
                       "user_config_overrides.config_key": 2}, answer["refused"]
    assert answer["variants"] == 3, answer
    assert store.probe("person", ANN)[0]["matches_per_day"] == 5
    assert store.probe("person", BEN)[0]["matches_per_day"] == 6
    store.sql("delete from public.user_segment_members",
              "delete from matching.user_config_overrides",
              "delete from public.segment_config_overrides",
              "update public.system_config set value = '64' where key = 'MATCH_RERANK_POOL'",
              "update public.system_config set value = '3' where key = 'MATCHES_PER_DAY_DEFAULT'")


def check_dimension(store):
    """The most frequent length of the pinned model; ties to the larger; over 4096 is none."""
    store.clear()
    store.add_person(ANN)

    def dim(*lengths):
        store.sql("delete from public.photos")
        for i, length in enumerate(lengths):
            store.sql(f"insert into public.photos (user_id, url, position, visual_features, "
                      f"visual_model_version) select '{ANN}', 'u', {i % 6}, "
                      f"array_fill(1::real, array[{length}]), 'v1'")
        return store.load()["dim"]
    assert dim() == 0
    assert dim(2, 3, 3) == 3
    assert dim(2, 2, 3, 3) == 3
    assert dim(2, 2, 5) == 2
    assert dim(5000, 5000, 7) == 7


# ---- what is refused ----------------------------------------------------------------------------


def drop_checks(store):
    for table, name in store.sql(
            "select c.conrelid::regclass, c.conname from pg_constraint c "
            "where c.contype = 'c' and c.connamespace in "
            "('public'::regnamespace, 'matching'::regnamespace)"):
        store.sql(f"alter table {table} drop constraint if exists \"{name}\"")


def check_malformed(store):
    """Everybody malformed: all counted by table, column and reason, nobody is lost, no crash."""
    store.clear()
    for user, born, seeking in ((ANN, "-infinity", "{male,alien,NULL}"), (BEN, "infinity", "{}")):
        store.add_person(user, date_of_birth=f"'{born}'", seeking_gender=f"'{seeking}'",
                         gender="'martian'")
    store.sql(
        f"insert into public.profiles (user_id, city, country, latitude, longitude, timezone, "
        f"min_age_preference, max_age_preference, drinking, relationship_intent) values "
        f"('{ANN}', '', 'US', 'NaN', 1, 'Mars/Base', 40, 30, 'lots', 'odd'), "
        f"('{BEN}', '', 'US', 95, 1, 'UTC', -7, 2000000000, null, null)",
        f"insert into public.photos (user_id, url, visual_features, visual_model_version) values "
        f"('{ANN}', 'u', '{{NaN,1,2}}', 'v1'), ('{ANN}', 'u', '{{1,null,2}}', 'v1'), "
        f"('{ANN}', 'u', '{{1e-30,0,0}}', 'v1'), ('{ANN}', 'u', '{{1,2}}', 'v1'), "
        f"('{ANN}', 'u', '{{{{1,2}},{{3,4}}}}', 'v1'), "
        f"('{BEN}', 'u', array_fill(1::real, array[5000]), 'v1')",
        f"insert into public.visual_preference_profiles (user_id, status, confidence, "
        f"preference_embedding, model_version) values ('{ANN}', 'ready', 'NaN', "
        f"'{{Infinity,0,0}}', 'v1')",
        f"insert into public.verification_sessions (user_id, status, consent_version, "
        f"liveness_score) values ('{ANN}', 'verified', '1', 'NaN')",
        f"insert into matching.policy_segments (user_id, segment) values ('{ANN}', 'royal'), "
        f"(gen_random_uuid(), 'balanced')",
        f"insert into public.match_offers (user_id, offered_user_id, batch_date, "
        f"compatibility_score, status) values ('{ANN}', '{BEN}', 'infinity', -5, 'odd')")
    for i, answer in enumerate(("null", "\"x\"", "4.5", "1e400", "[1]", "{\"a\": 1}", "true",
                                "[" * 6000 + "]" * 6000, "\"" + "y" * 70000 + "\"")):
        store.sql(f"insert into public.compatibility_responses (user_id, question_id, version_id, "
                  f"answer) select '{ANN}', id, 'v1', '{answer}' from public.questions "
                  f"where version_id = 'v1' order by type, position offset {i} limit 1")
    store.sql(f"insert into public.compatibility_responses (user_id, question_id, version_id, "
              f"answer, answered_at) values ('{BEN}', {SLIDER}, 'v1', '4', 'infinity')")
    answer, log = store.probe("load")
    assert answer["people"] == 2, answer
    columns = {}
    for kind, count in answer["refused"].items():
        columns[kind.split(":")[0]] = columns.get(kind.split(":")[0], 0) + count
    expected = {
        "users.gender": 2, "users.seeking_gender": 2, "users.date_of_birth": 2,
        "profiles.timezone": 1, "profiles.drinking": 1, "profiles.relationship_intent": 1,
        "visual_preference_profiles.confidence": 1,
        "visual_preference_profiles.preference_embedding": 1,
        "verification_sessions.liveness_score": 1, "policy_segments.segment": 1,
        "policy_segments.user_id": 1, "match_offers.status": 1,
        "compatibility_responses.answer": 9, "compatibility_responses.answered_at": 1}
    for column, count in expected.items():
        assert columns.get(column) == count, f"{column}: {answer['refused']}"
    assert sum(v for k, v in columns.items() if k.startswith("photos.")) == 6, answer["refused"]
    assert sum(v for k, v in columns.items() if "itude" in k) == 2, answer["refused"]
    assert sum(answer["refused"].values()) == answer["refused_total"], answer
    line = next(text for text in log.splitlines()
                if "value.refused" in text and "timezone" in text)
    assert f"table=profiles key=\"{ANN}\" column=\"timezone\"" in line, line
    ann, _ = store.probe("person", ANN)
    assert ann["latitude"] is None and ann["longitude"] is None, ann
    assert ann["answers"] == {} and ann["features"] is None and not ann["preference"], ann
    assert (ann["liveness"], ann["timezone"], ann["photo_count"]) == (None, "UTC", 5), ann


# ---- reasons not to start -----------------------------------------------------------------------


def check_capacity(store):
    store.refused_start("public.users has 2 rows", "capacity is 1 people", "MATCHD_CAPACITY",
                        arguments=(2, 1))
    assert store.load(2, 2)["people"] == 2
    store.refused_start("capacity is 0", "MATCHD_CAPACITY", arguments=(2, 0))


def check_migrations(store):
    newest = store.sql("select max(version) from supabase_migrations.schema_migrations")[0][0]
    table = "supabase_migrations.schema_migrations"
    store.sql(f"update {table} set version = '19990101000000' where version = '{newest}'")
    store.refused_start("older than this program", "scripts/migrate", newest, "newer",
                        "19990101000000")
    store.sql(f"delete from {table} where version = '19990101000000'")
    store.refused_start("older than this program", newest)
    store.sql(f"insert into {table} (version) values ('{newest}'), ('29990101000000')")
    store.refused_start("newer than this program", "29990101000000")
    store.sql(f"delete from {table} where version = '29990101000000'")
    store.sql("alter schema supabase_migrations rename to elsewhere")
    store.refused_start("no recorded migrations", "scripts/migrate")
    store.sql("alter schema elsewhere rename to supabase_migrations")


def check_structure(store):
    store.sql("alter table public.profiles rename column height_cm to height")
    store.sql("alter table public.blocks rename to blocked")
    store.refused_start("tables are missing: public.blocks",
                        "columns are missing: public.profiles.height_cm")
    store.sql("alter table public.profiles rename column height to height_cm",
              "alter table public.blocked rename to blocks",
              "alter table public.match_offers rename column action_at to kept",
              "alter table public.match_offers add column action_at timestamp",
              "grant select (action_at) on public.match_offers to matchd_read")
    store.refused_start("columns have another type: public.match_offers.action_at (expected "
                        "timestamp with time zone, found timestamp without time zone)")
    store.sql("alter table public.match_offers drop column action_at",
              "alter table public.match_offers rename column kept to action_at")


def check_privileges(store):
    for what, part in (
            ("select (answer) on public.compatibility_responses",
             "lacks SELECT on: public.compatibility_responses.answer"),
            ("usage on schema matching", "lacks USAGE on schema: matching"),
            ("select on supabase_migrations.schema_migrations",
             "lacks SELECT on supabase_migrations.schema_migrations")):
        store.sql(f"revoke {what} from matchd_read")
        sentence = store.refused_start(part)
        assert "matchd_read" in sentence, sentence
        store.sql(f"grant {what} to matchd_read")
    store.sql("alter role matchd_read nobypassrls")
    store.refused_start("row level security hides rows", "matchd_read", "BYPASSRLS",
                        "public.users")
    store.sql("alter role matchd_read bypassrls", "alter role matchd_repl noreplication")
    store.refused_start("connect", "replication", "MATCHD_REPLICATION_URL")
    store.sql("alter role matchd_repl replication")
    assert store.load()["people"] == 2


def check_connection(store):
    url = store.env.env["MATCHD_DATABASE_URL"]
    begun = time.monotonic()
    store.refused_start("28P01", "password",
                        MATCHD_DATABASE_URL=re.sub(r":[^:@/]*@", ":wrong@", url))
    store.refused_start("3D000", "nowhere",
                        MATCHD_DATABASE_URL=re.sub(r"/\w+$", "/nowhere", url))
    store.refused_start("invalid", MATCHD_DATABASE_URL="host=/tmp nonsense=1")
    assert time.monotonic() - begun < 10 * devenv.PATIENCE, "a refusal was waited out"
    # Nobody listens there: waited for, then given up.
    answer, log = store.probe("load", 2, 100, 1, status=1,
                              MATCHD_DATABASE_URL=re.sub(r":\d+/", ":1/", url))
    assert "gave up after" in answer["error"], answer
    assert "event=postgres.waiting" in log, log


# ---- servers that come and go -------------------------------------------------------------------


def stop_server(env, number):
    path = os.path.join(env.env["MATCHD_DEV_DIR"], "pg/data/postmaster.pid")
    with open(path, encoding="utf-8") as file:
        pid = int(file.readline())
    os.kill(pid, number)
    devenv.until(lambda: not devenv.state(pid), "the server stops")


def check_down_then_up(store):
    stop_server(store.env, signal.SIGINT)
    probe = store.env.start(PROBE, "load", "2", "100", "0")
    probe.wait_for("event=postgres.waiting attempt=2")
    store.env.up()
    probe.wait_for("event=load.done")
    assert probe.join() == 0, probe.tail()
    assert any("event=postgres.reached" in line for line in probe.output), probe.tail()


def check_lost_connection(store):
    """Connections that end in the middle of a COPY: the load begins anew."""
    connection = store.env.connect(user="postgres")
    connection.autocommit = False
    with connection.cursor() as cursor:
        # Not with a slot: making one waits for the transaction that holds the lock.
        cursor.execute("lock table public.verification_sessions in access exclusive mode")
        probe = store.env.start(PROBE, "load", "2", "100", "0", MATCHD_REPLICATION_URL="")
        probe.wait_for("event=load.table table=public.profiles")
        ended = []

        def end_who_waits():
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute("select pg_terminate_backend(pid) from pg_stat_activity "
                           "where application_name = 'matchd load' and wait_event_type = 'Lock'")
            ended.extend(cursor.fetchall())
            return ended

        devenv.until(end_who_waits, "the load waits for the lock")
        assert ended == [(True,)], ended
    probe.wait_for("event=load.retry")
    connection.rollback()
    connection.close()
    probe.wait_for("event=load.done")
    assert probe.join() == 0, probe.tail()


def check_crowd(store):
    """Enough people to be read in parts: every row once, the same people and the same refusals,
    whatever the number of connections."""
    store.clear()
    people = 5000
    store.sql(
        f"insert into public.users (id, phone_hash, phone_last_four, date_of_birth, status, "
        f"onboarding_step) select md5(i::text)::uuid, i::text, '0000', '1990-01-01', 'active', "
        f"'complete' from generate_series(1, {people}) i",
        "insert into public.compatibility_responses (user_id, question_id, version_id, answer) "
        "select u.id, q.id, 'v1', case left(u.id::text, 1) when '0' then '\"odd\"' "
        "else to_jsonb(1 + ascii(u.id::text) % 7) end from public.users u, public.questions q "
        "where q.version_id = 'v1' and q.type = 'slider' order by random()",
        "insert into public.photos (user_id, url, position, visual_features, "
        "visual_model_version) select id, 'u', k, array[1, k, ascii(id::text)]::real[], 'v1' "
        "from public.users, generate_series(0, 2) k order by random()")
    answers = store.sql("select count(*) from public.compatibility_responses")[0][0]
    one = store.load(1)
    for connections in (2, 3, 5):
        many = store.load(connections)
        for key in ("people", "rows", "refused", "dim", "inputs"):
            assert many[key] == one[key], f"{key} with {connections} connections"
    assert one["rows"]["public.compatibility_responses"] == answers, one
    assert one["reports"] >= 3 and not one["reports_backwards"], one
    odd = store.sql("select count(*) from public.compatibility_responses where answer = '\"odd\"'")
    assert 0 < odd[0][0] == sum(one["refused"].values()), one["refused"]
    ids = store.sql("select id from public.users where id::text !~ '^0' order by random() limit 3")
    for (user,) in ids:
        person, _ = store.probe("person", user)
        assert len(person["answers"]) == answers / people, person
        assert person["photo_count"] == 3, person


CHECKS = (check_empty, check_facts, check_both_snapshots, check_configuration,
          check_migrations, check_structure, check_privileges, check_capacity, check_connection,
          check_down_then_up, check_lost_connection, check_crowd)
# These write what the database itself would refuse.
CHECKS_WITHOUT_CONSTRAINTS = (check_dimension, check_malformed)


def main():
    only = sys.argv[1:]
    with devenv.Environment() as env:
        store = Store(env)
        for check in (*CHECKS, drop_checks, *CHECKS_WITHOUT_CONSTRAINTS):
            if not only or check.__name__ in only or check is drop_checks:
                begun = time.monotonic()
                check(store)
                print(f"{check.__name__}: ok, {time.monotonic() - begun:.1f} s", flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.TimeoutExpired as stuck:
        sys.exit(f"{stuck.cmd} did not end:\n{(stuck.stderr or b'')[-3000:]}")
