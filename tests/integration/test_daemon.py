"""The daemon's life with real servers: it waits for PostgreSQL and says so, refuses what it cannot
serve in one sentence, takes over a dead one's socket and refuses a second, reloads while it serves,
keeps the old data when a load fails, and says OVERLOADED and DEADLINE_EXCEEDED.
"""
import os
import signal
import socket
import stat
import subprocess
import threading
import time

import devenv
import service


def run_to_end(env, *arguments, **extra):
    """(exit status, output) of a daemon that is expected not to serve."""
    with env.start("matchd", *arguments, **extra) as process:
        try:
            status = process.join(20)
        finally:
            process.kill()
        # The status is looked at by the caller; leaving the block expects 0.
        process._process.returncode = 0  # pylint: disable=protected-access
        return status, "\n".join(process.output)


def socket_path(env):
    return env.env["MATCHD_ENDPOINTS"].split("://", 1)[1]


def check_settings(env):
    """Command line over environment over file over default; passwords are masked."""
    path = os.path.join(env.directory, "matchd.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write("# comment\nqueue = 7\nlog-format = json\nMATCHD_CAPACITY = 12\n")
    out = env.run("matchd", "--print-config", "--config", path, "--capacity", "99",
                  MATCHD_QUEUE="8").stdout
    lines = {line.split()[0]: line.split(None, 1)[1] for line in out.splitlines()}
    assert lines["MATCHD_QUEUE"].split() == ["environment", "8"], out
    assert lines["MATCHD_LOG_FORMAT"].split() == ["file", "json"], out
    assert lines["MATCHD_CAPACITY"] == "command line   99", out
    assert lines["MATCHD_LOG"].split() == ["default", "info"], out
    password = env.env["PGPASSWORD"]
    assert password not in out and ":***@" in lines["MATCHD_DATABASE_URL"], out
    with open(path, "a", encoding="utf-8") as file:
        file.write("colour = red\n")
    bad = env.run("matchd", "--print-config", "--config", path, check=False)
    assert bad.returncode == 2 and "line 5" in bad.stderr and "colour" in bad.stderr, bad
    for arguments, word in ((["--queue", "0"], "queue"), (["--colour"], "--colour"),
                            (["--threads", "x"], "threads"), (["--log", "loud"], "loud")):
        bad = env.run("matchd", *arguments, check=False)
        assert bad.returncode == 2 and word in bad.stderr, bad


def check_endpoints(env):
    """ipc only, a socket of mode 0660 in a directory of mode 0750, one daemon each."""
    for endpoints, words in (("tcp://127.0.0.1:5599", "server key"), ("ipc://@abstract", "path"),
                             ("inproc://x", "ipc:///path"), ("", "at least one"),
                             ("ipc:///tmp/" + "x" * 120, "107 characters")):
        status, output = run_to_end(env, "--endpoints", endpoints)
        assert status == 1 and words in output, (endpoints, status, output)
    directory = os.path.join(env.directory, "dev", "made")
    endpoint = f"ipc://{directory}/m.sock"
    with service.daemon(env, "--endpoints", endpoint) as process:
        path = os.path.join(directory, "m.sock")
        assert stat.S_IMODE(os.stat(directory).st_mode) == 0o750
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o660
        status, output = run_to_end(env, "--endpoints", endpoint)
        assert status == 1 and f"process {process.pid}" in output, output
        process.signal(signal.SIGKILL)
        process.join()
        assert os.path.exists(path), "a killed daemon leaves its socket"
    with service.daemon(env, "--endpoints", endpoint) as process:
        process.wait_for("endpoint.stale")
    assert not os.path.exists(path)
    with open(path, "w", encoding="utf-8"):
        status, output = run_to_end(env, "--endpoints", endpoint)
    assert status == 1 and "is no socket" in output and os.path.exists(path), output


def check_silent_peer(env):
    """Connections that say nothing, or nothing of ours, are closed and hurt nobody."""
    path = socket_path(env)
    idle = []
    for i in range(50):
        peer = socket.socket(socket.AF_UNIX)
        peer.connect(path)
        if i % 2:
            peer.send(b"GET / HTTP/1.1\r\n\r\n")
        idle.append(peer)
    with service.Peer(env) as peer:
        assert service.code(peer.ask(health={})) == ""
    for peer in idle:
        peer.settimeout(30 * devenv.PATIENCE)
        while peer.recv(1000):
            pass
        peer.close()


def check_waits_for_database(env):
    """PostgreSQL is down at the start: Health answers and says what is waited for."""
    data = os.path.join(env.directory, "dev", "pg", "data")
    with open(os.path.join(data, "postmaster.pid"), encoding="utf-8") as file:
        server = int(file.readline())
    os.kill(server, signal.SIGINT)
    devenv.until(lambda: not devenv.state(server), "PostgreSQL ends")
    with service.daemon(env, ready=False) as process:
        process.wait_for("postgres.waiting")
        with service.Peer(env) as peer:
            health = peer.ask(health={}).health
            assert health.detail.startswith("waiting for PostgreSQL ("), health
            assert "Connection refused" in health.detail or "No such file" in health.detail, health
            refused = peer.ask(preview_offers={"user": "0" * 8 + "-0000-4000-8000-" + "0" * 12})
            assert service.code(refused) == "UNAVAILABLE" and refused.error.retry_after_ms > 0
            assert env.run("matchctl", "health", check=False).returncode == 1
            began = time.monotonic()
            process.signal(signal.SIGTERM)
            assert process.join(5) == 0 and time.monotonic() - began < 2 * devenv.PATIENCE
    with service.daemon(env, ready=False) as process:
        process.wait_for("postgres.waiting")
        env.up()
        process.wait_for("matchd.ready", seconds=30)


def check_refuses_database(env):
    """Too many people, another schema, a missing privilege: each by name, and no service."""
    status, output = run_to_end(env, "--capacity", "5")
    assert status == 1 and "capacity" in output, output
    env.sql("alter table public.profiles rename column max_distance_km to far")
    status, output = run_to_end(env)
    env.sql("alter table public.profiles rename column far to max_distance_km")
    assert status == 1 and "max_distance_km" in output, output
    env.sql("revoke select on public.blocks from matchd_read")
    status, output = run_to_end(env)
    env.sql("grant select (blocker_id, blocked_id) on public.blocks to matchd_read")
    assert status == 1 and "blocks" in output, output


class Load(threading.Thread):
    """Asks without end; every answer has to be one."""

    def __init__(self, env, ids):
        super().__init__(daemon=True)
        self.env, self.ids = env, ids
        self.stop = threading.Event()
        self.failure, self.answers, self.generations = None, 0, set()

    def run(self):
        try:
            with service.Peer(self.env) as peer:
                while not self.stop.is_set():
                    user = self.ids[self.answers % len(self.ids)]
                    response = peer.ask(preview_offers={"user": user, "k": 3})
                    assert service.code(response) == "", response
                    self.generations.add(response.preview_offers.generation)
                    self.answers += 1
        except Exception as failure:  # pylint: disable=broad-except
            self.failure = failure


def check_reload(env, ids):
    """Reloads under load: by verb, by signal; the change is seen, no request fails."""
    user = ids[0]
    with service.daemon(env) as process, service.Peer(env) as peer:
        loads = [Load(env, ids) for _ in range(2)]
        for load in loads:
            load.start()
        env.sql("update public.users set status = 'suspended' where id = %s", (user,))
        reloaded = peer.ask(reload={}).reload
        assert reloaded.generation == 2 and reloaded.people == len(ids), reloaded
        gone = peer.ask(preview_offers={"user": user}).preview_offers
        assert not gone.in_population and not gone.candidates and gone.generation >= 2, gone
        env.sql("update public.users set status = 'active' where id = %s", (user,))
        process.signal(signal.SIGHUP)
        process.wait_for("generation.published generation=3")
        both = [peer.send(reload={}) for _ in range(5)]
        got = [peer.receive(60) for _ in both]
        assert all(service.code(response) == "" for response in got), got
        back = peer.ask(preview_offers={"user": user}).preview_offers
        assert back.in_population, back
        for load in loads:
            load.stop.set()
        for load in loads:
            load.join()
            assert load.failure is None, load.failure
            assert load.answers > 0 and len(load.generations) >= 2, load.generations
        check_failed_reload(env, peer)


def check_failed_reload(env, peer):
    env.sql("revoke select on public.blocks from matchd_read")
    failed = peer.ask(reload={})
    env.sql("grant select (blocker_id, blocked_id) on public.blocks to matchd_read")
    assert service.code(failed) == "UNAVAILABLE" and "blocks" in failed.error.message, failed
    health = peer.ask(health={}).health
    assert "blocks" in health.last_reload_error and health.generation >= 4, health
    assert service.code(peer.ask(reload={})) == ""
    assert not peer.ask(health={}).health.HasField("last_reload_error")


def check_run_outlives_reload(env):
    """A dry run goes on with the data that it began with."""
    with service.daemon(env), service.Peer(env) as peer:
        run = peer.ask(start_rematch={"dry_run": True, "clock": service.CLOCK}).start_rematch.run
        env.sql("update public.users set status = 'suspended' where id in"
                " (select id from public.users order by id limit 100)")
        assert service.code(peer.ask(reload={})) == ""
        first = service.finished(peer, run)
        viewers, _ = service.pages(peer, run)
        assert first.generation == 1 and len(viewers) == first.viewers
        other = peer.ask(start_rematch={"dry_run": True, "clock": service.CLOCK}).start_rematch
        second = service.finished(peer, other.run)
        assert second.generation == 2 and second.viewers < first.viewers, second
        assert second.digest != first.digest
        service.pages(peer, other.run)
        env.sql("update public.users set status = 'active' where status = 'suspended'")
        check_runs_bounded(peer)


def check_runs_bounded(peer):
    """Only a few dry runs are kept. Those that were read to the end make room at once; while none
    can be dropped, another is refused with a time to come back."""
    order = {"dry_run": True, "clock": service.CLOCK}
    for _ in range(12):
        run = peer.ask(start_rematch=order).start_rematch.run
        service.finished(peer, run)
        assert service.pages(peer, run)[0] == service.pages(peer, run)[0]
    answers = [peer.ask(start_rematch=order) for _ in range(6)]
    codes = [service.code(answer) for answer in answers]
    assert codes == ["", "", "", "", "OVERLOADED", "OVERLOADED"], codes
    assert peer.ask(stats={}).stats.dry_runs == 4
    time.sleep(answers[-1].error.retry_after_ms / 1000 + 1)
    assert service.code(peer.ask(start_rematch=order)) == ""
    gone = peer.ask(rematch_status={"run": answers[0].start_rematch.run})
    assert service.code(gone) == "NOT_FOUND", gone


def check_overload(env, ids):
    """One worker, a queue of three: the rest is told OVERLOADED at once; late ones are dropped."""
    with service.daemon(env, "--workers", "1", "--queue", "3") as process, \
            service.Peer(env) as peer:
        peer.ask(health={})
        with process.held():
            for _ in range(200):
                peer.send(preview_offers={"user": ids[0], "k": 500, "clock": service.CLOCK})
        answers = [peer.receive() for _ in range(200)]
        codes = [service.code(answer) for answer in answers]
        assert set(codes) == {"", "OVERLOADED"} and codes.count("OVERLOADED") > 20, codes
        assert all(answer.error.retry_after_ms > 0 for answer in answers
                   if service.code(answer) == "OVERLOADED")
        stats = peer.ask(stats={}).stats
        assert stats.overloaded == codes.count("OVERLOADED") and stats.queue_peak == 3, stats
    with service.daemon(env, "--workers", "1", "--queue", "1000") as process, \
            service.Peer(env) as peer:
        peer.ask(health={})
        with process.held():
            for i in range(400):
                peer.send(deadline_ms=0 if i % 2 else 1,
                          preview_offers={"user": ids[0], "k": 500})
        codes = [service.code(peer.receive()) for _ in range(400)]
        missed = codes.count("DEADLINE_EXCEEDED")
        stats = peer.ask(stats={}).stats
        assert missed > 100 and codes.count("") >= 200, (missed, codes.count(""))
        assert stats.deadline_missed == missed, stats


def check_slow_reader(env, ids):
    """A client that asks and never reads loses its answers; others do not wait for it."""
    with service.daemon(env), service.Peer(env) as lazy, service.Peer(env) as peer:
        for _ in range(5000):
            lazy.send(stats={})
        began = time.monotonic()
        assert service.code(peer.ask(preview_offers={"user": ids[0]})) == ""
        assert time.monotonic() - began < 5 * devenv.PATIENCE


def main():
    with service.populated(people=400) as env:
        ids = service.people(env)
        check_settings(env)
        check_endpoints(env)
        check_refuses_database(env)
        check_waits_for_database(env)
        check_reload(env, ids)
        check_run_outlives_reload(env)
        check_overload(env, ids)
        with service.daemon(env):
            check_silent_peer(env)
        check_slow_reader(env, ids)
        leftovers = subprocess.run(["pgrep", "-f", env.directory + "/dev/ipc"], check=False,
                                   capture_output=True, text=True).stdout
        assert leftovers == "", leftovers


main()
