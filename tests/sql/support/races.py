"""Sessions that race in a private database, and people for them to race about.

    with races.arena(people=20) as (env, admin):
        one, other = races.Session(env), races.Session(env)
        one.run("begin"), one.run("insert into ...")     # holds its locks
        other.start("select ...")                        # in a thread of its own
        other.wait_until_blocked(admin)
        one.run("commit")
        answer = other.result()                          # rows, or the database's error
"""
import contextlib
import threading
import time
import uuid

import psycopg2

import devenv

DATE = "2026-01-05"
T = "2026-01-05 09:00:00+00"


def person(number):
    return f"00000000-0000-4000-8000-{number:012d}"


@contextlib.contextmanager
def arena(people):
    """A migrated database with people who may be shown; a superuser's connection to look with."""
    with devenv.Environment() as env:
        admin = env.connect(user="postgres")
        ask(admin, """
            insert into public.users (id, phone_hash, phone_last_four, date_of_birth, status,
                onboarding_step)
            select format('00000000-0000-4000-8000-%%s', lpad(n::text, 12, '0'))::uuid, 'h' || n,
                '0000', '1990-01-01', 'active', 'complete' from generate_series(1, %s) as n""",
            (people,))
        yield env, admin
        admin.close()


def ask(connection, statement, arguments=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else []


EMPTIED = ("matching.staged_offers", "matching.staged_jobs", "matching.outbox",
           "matching.offer_details", "matching.offer_events", "matching.match_events",
           "matching.idempotency_keys", "matching.job_failures", "matching.runs",
           "matching.leases", "public.analytics_events", "public.match_offer_audits",
           "public.match_offers", "public.matches", "public.matchmaking_jobs", "public.reports",
           "public.blocks", "public.enforcement_actions", "public.data_deletion_requests")


def empty(admin):
    """No offers, matches, runs and so on, without what their triggers would do about it."""
    ask(admin, "set session_replication_role = replica; "
        + "; ".join(f"delete from {name}" for name in EMPTIED)
        + "; set session_replication_role = origin")


class Session:
    """One connection, by default of the daemon's writing role, statement by statement."""

    def __init__(self, env, user="matchd_write"):
        self.env = env
        self.connection = env.connect(user=user)
        self.pid = self.connection.get_backend_pid()
        self._thread = None
        self._outcome = None

    def run(self, statement, arguments=None):
        return ask(self.connection, statement, arguments)

    def start(self, statement, arguments=None):
        def body():
            try:
                self._outcome = self.run(statement, arguments)
            except psycopg2.Error as error:
                self._outcome = error
        self._thread = threading.Thread(target=body)
        self._thread.start()

    def result(self, seconds=20):
        self._thread.join(seconds * devenv.PATIENCE)
        assert not self._thread.is_alive(), "still waiting"
        return self._outcome

    def wait_until_blocked(self, admin, seconds=10):
        deadline = time.monotonic() + seconds * devenv.PATIENCE
        while time.monotonic() < deadline:
            if ask(admin, "select cardinality(pg_blocking_pids(%s)) > 0", (self.pid,))[0][0]:
                return
            assert self._thread.is_alive(), f"did not wait: {self._outcome}"
            time.sleep(0.002)
        raise AssertionError("does not wait for a lock")

    def close(self):
        self.connection.close()


def together(*bodies):
    """Runs the bodies at the same instant, each in a thread; their outcomes or errors."""
    gate = threading.Barrier(len(bodies))
    outcomes = [None] * len(bodies)

    def start(at, body):
        gate.wait()
        try:
            outcomes[at] = body()
        except psycopg2.Error as error:
            outcomes[at] = error

    threads = [threading.Thread(target=start, args=pair) for pair in enumerate(bodies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def introduce(admin, one, other, expires="now() + interval '6 days'"):
    """An offer of each to the other; the ids."""
    return [ask(admin, f"""
        insert into public.match_offers (user_id, offered_user_id, batch_date,
            compatibility_score, expires_at)
        values (%s, %s, %s, 80, {expires}) returning id""",
        (person(a), person(b), DATE))[0][0] for a, b in ((one, other), (other, one))]


def offer_id(viewer, candidate):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{DATE}:{person(viewer)}:{person(candidate)}"))


def reasons(outcomes):
    """The SQLSTATEs of what was refused."""
    return sorted(o.pgcode for o in outcomes if isinstance(o, psycopg2.Error))
