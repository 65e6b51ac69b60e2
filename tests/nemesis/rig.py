"""A frozen population that can be had again and again, daemons that die where they are told to, and
what a batch left behind as one digest.

    with rig.Rig(people=2200) as r:
        r.fresh()                                     # the database as it was populated
        with r.daemon(MATCHD_FAIL_KILL="publish.staged:2") as daemon: ...
        r.digest()
"""
import contextlib
import os
import re
import signal
import threading
import time

import devenv
import matchd_pb2
import service

DATE = service.DATE
NOW = service.NOW
LEASE_S = 1

# All that a batch writes, without clocks, counters and the id of the run.
TABLES = {
    "match_offers": """select id, user_id, offered_user_id, batch_date, batch_generated_at,
        compatibility_score, physical_preference_score, compatibility_themes, status, offered_at,
        expires_at, cooldown_until, action_type from public.match_offers""",
    "matchmaking_jobs": """select batch_date, timezone, user_id, job_type, status,
        idempotency_key, offers, error_summary from public.matchmaking_jobs""",
    "offer_details": """select offer_id, raw, viewer_inputs, candidate_inputs
        from matching.offer_details""",
}

# Offers that must not be, whatever happened and when.
FORBIDDEN = """
    select o.id, o.status, why from public.match_offers as o, lateral (
        select 'block' as why from public.blocks as b
        where (b.blocker_id, b.blocked_id) in ((o.user_id, o.offered_user_id),
                                               (o.offered_user_id, o.user_id))
        union all
        select 'report' from public.reports as r
        where r.status <> 'dismissed'
          and (r.reporter_id, r.reported_user_id) in ((o.user_id, o.offered_user_id),
                                                      (o.offered_user_id, o.user_id))
        union all
        select 'ban' from public.enforcement_actions as e
        where e.user_id in (o.user_id, o.offered_user_id) and e.is_active
          and e.action_type in ('permanent_ban', 'device_ban')
        union all
        select 'deletion' from public.data_deletion_requests as d
        where d.user_id in (o.user_id, o.offered_user_id)
          and d.status in ('in_grace_period', 'processing', 'completed')) as w
    where o.status in ('offered', 'accepted', 'not_now') and o.batch_date = %s"""


class Rig:
    def __init__(self, people, program="tests/matchd_failing"):
        self.people, self.program = people, program
        self._stack = contextlib.ExitStack()
        self.env = None

    def __enter__(self):
        self.env = self._stack.enter_context(service.populated(people=self.people))
        self.template = self.env.env["PGDATABASE"]
        self._use_copy()
        return self

    def _use_copy(self):
        for key, value in self.env.env.items():
            if re.search(r"^postgres.*/" + self.template + "$", value):
                self.env.env[key] = value[:-len(self.template)] + "work"
        self.env.env["PGDATABASE"] = "work"

    def __exit__(self, *why):
        return self._stack.__exit__(*why)

    def fresh(self):
        """The database as it was populated."""
        connection = self.env.connect(dbname="postgres", user="postgres")
        with connection.cursor() as cursor:
            cursor.execute("drop database if exists work with (force)")
            cursor.execute(f"create database work template {self.template} owner matchd_owner")
        connection.close()

    def restart_postgres(self):
        """Down as in a crash, and up again."""
        pid = int(self.sql("select pg_read_file('postmaster.pid')")[0][0].split()[0])
        os.kill(pid, signal.SIGQUIT)
        devenv.until(lambda: not devenv.state(pid), "PostgreSQL ends")
        self.env.up()
        self._use_copy()

    def connect(self):
        return self.env.connect(user="postgres")

    def sql(self, statement, arguments=None):
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, arguments)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def endpoint(self, name):
        base = self.env.env["MATCHD_ENDPOINTS"].split()[0]
        return base if name == "a" else f"{base}.{name}"

    @contextlib.contextmanager
    def daemon(self, name="a", ready=True, program=None, **extra):
        """One of several daemons, each with a socket of its own."""
        extra.setdefault("MATCHD_LEASE_SECONDS", str(LEASE_S))
        extra["MATCHD_ENDPOINTS"] = self.endpoint(name)
        with self.env.start(program or self.program, **extra) as process:
            process.endpoint = extra["MATCHD_ENDPOINTS"]
            if ready:
                process.wait_for("event=matchd.ready", seconds=60)
            yield process

    def peer(self, process):
        there = devenv.Environment.__new__(devenv.Environment)
        there.env = dict(self.env.env, MATCHD_ENDPOINTS=process.endpoint)
        return service.Peer(there)

    def rematch(self, process, **more):
        """Asks for the batch; the answer, or None if the daemon died over it."""
        with self.peer(process) as peer:
            clock = {"date": DATE, "now": NOW}
            peer.send(start_rematch={"clock": clock, **more})
            deadline = time.monotonic() + 30 * devenv.PATIENCE
            while process.alive() and time.monotonic() < deadline:
                if peer.socket.poll(50):
                    frames = peer.socket.recv_multipart()
                    return matchd_pb2.Response.FromString(frames[0])
        return None

    def batch_states(self):
        return [row[0] for row in self.sql("select status from matching.runs order by started_at")]

    def wait_done(self, seconds=60):
        """Until every run has ended; their statuses."""
        deadline = time.monotonic() + seconds * devenv.PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(devenv.psycopg2.OperationalError):
                states = self.batch_states()
                if states and "running" not in states:
                    return states
            time.sleep(0.05)
        raise AssertionError(f"runs: {self.batch_states()}")

    def digest(self):
        """One line per table: rows and a digest over all of them."""
        lines = []
        for name, query in TABLES.items():
            count, text = self.sql(
                f"select count(*), md5(coalesce(string_agg(t::text, e'\\n' order by t::text), ''))"
                f" from ({query}) as t")[0]
            lines.append(f"{name} {count} {text}")
        return "\n".join(lines)

    def offers(self):
        return self.sql("select count(*) from matching.offer_details")[0][0]

    def forbidden(self):
        return self.sql(FORBIDDEN, (DATE,))

    def check_consistent(self):
        """Ledger and offers say the same, nothing is open, nothing staged stays."""
        lost = self.sql("""
            select count(*) from public.matchmaking_jobs as j,
                jsonb_array_elements(j.offers) as o
            where j.batch_date = %s and not exists (
                select from public.match_offers as m
                where m.id = (o ->> 'id')::uuid and m.user_id = j.user_id
                  and m.offered_user_id = (o ->> 'user')::uuid)""", (DATE,))[0][0]
        unlisted = self.sql("""
            select count(*) from matching.offer_details as d
            where not exists (
                select from public.match_offers as o
                join public.matchmaking_jobs as j
                    on j.user_id = o.user_id and j.batch_date = o.batch_date
                where o.id = d.offer_id
                  and j.offers @> jsonb_build_array(jsonb_build_object('id', d.offer_id)))
            """)[0][0]
        open_rows = self.sql("select count(*) from public.matchmaking_jobs "
                             "where status = 'running'")[0][0]
        staged = self.sql("select (select count(*) from matching.staged_jobs) "
                          "+ (select count(*) from matching.staged_offers)")[0][0]
        assert (lost, unlisted, open_rows, staged) == (0, 0, 0, 0), \
            (lost, unlisted, open_rows, staged)

    def undisturbed(self):
        """The digest of a batch that nothing happened to."""
        self.fresh()
        with self.daemon() as process:
            answer = self.rematch(process)
            assert len(answer.start_rematch.runs) == 1, answer
            assert self.wait_done() == ["completed"]
        self.check_consistent()
        assert self.offers() > self.people, self.offers()
        return self.digest()


class Gate:
    """Holds a daemon at a point until it is opened."""

    def __init__(self, rig, point, visit=1, name="gate"):
        self.path = os.path.join(rig.env.directory, f"{name}.{time.monotonic_ns()}")
        self.rule = {"MATCHD_FAIL_HOLD": f"{point}:{visit}:{self.path}"}

    def wait(self, seconds=30):
        deadline = time.monotonic() + seconds * devenv.PATIENCE
        while not os.path.exists(self.path + ".reached"):
            assert time.monotonic() < deadline, f"{self.path}: the point was not reached"
            time.sleep(0.005)

    def open(self):
        with open(self.path, "w", encoding="utf-8"):
            pass


class Aside(threading.Thread):
    """A statement on a connection of its own, which may have to wait for locks."""

    def __init__(self, rig, statement, arguments=None):
        super().__init__(daemon=True)
        self._rig, self._statement, self._arguments = rig, statement, arguments
        self.error = None
        self.start()

    def run(self):
        try:
            self._rig.sql(self._statement, self._arguments)
        except devenv.psycopg2.Error as error:
            self.error = error

    def finish(self, seconds=30):
        self.join(seconds * devenv.PATIENCE)
        assert not self.is_alive(), f"still waiting: {self._statement}"
        if self.error:
            raise self.error
