"""All threads of a daemon that leads batches at work at once, for ThreadSanitizer: the runner, four
connections that publish, the keeper of leases, the scheduler with its sweep, the announcer with a
subscriber, reloads, and requests about a run while it is published, cancelled and abandoned.
"""
import os
import signal
import sys
import threading
import time

import matchd_pb2
import zmq

import devenv
import service

PEOPLE = 2400  # three chunks
PASS = matchd_pb2.ACTION_PASS
SETTINGS = {"MATCHD_SCHEDULER": "on", "MATCHD_PUBLISH_CONNECTIONS": "4",
            "MATCHD_LEASE_SECONDS": "3", "MATCHD_THREADS": "2",
            "TSAN_OPTIONS": os.environ.get("TSAN_OPTIONS", "") + ":suppressions="
            + os.path.join(devenv.SOURCE, "tests", "thread", "tsan.supp")}


def clock(day):
    return {"date": f"2026-12-{day:02d}", "now": f"2026-12-{day:02d}T09:00:00Z"}


class Crowd:
    """Threads that ask all the time, until told to stop; what they asked has to be answered."""

    def __init__(self, env, *bodies):
        self._env, self._ended, self.wrong, self.asked = env, threading.Event(), [], 0
        self._threads = [threading.Thread(target=self._run, args=(body,)) for body in bodies]

    def _run(self, body):
        with service.Peer(self._env) as peer:
            while not self._ended.is_set():
                try:
                    body(peer)
                except (AssertionError, zmq.ZMQError) as error:
                    self.wrong.append(error)
                    return
                self.asked += 1

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        for thread in self._threads:
            thread.join()
        assert not self.wrong, self.wrong


def listen(env):
    """Subscribed for as long as the test runs; the ids of what came."""
    events = set()

    def body():
        socket = zmq.Context.instance().socket(zmq.SUB)
        socket.setsockopt(zmq.SUBSCRIBE, b"")
        socket.connect(env.env["MATCHD_ENDPOINTS"].split()[0] + ".events")
        while True:
            events.add(matchd_pb2.Event.FromString(socket.recv_multipart()[1]).id)

    threading.Thread(target=body, daemon=True).start()
    return events


def look(peer):
    listed = peer.ask(list_jobs={"limit": 5})
    assert service.code(listed) == "", listed
    for job in listed.list_jobs.jobs:
        assert service.code(peer.ask(rematch_status={"run": job.run})) == ""
    assert service.code(peer.ask(stats={})) == service.code(peer.ask(health={})) == ""


def reload(peer):
    assert service.code(peer.ask(reload={}, seconds=120)) in ("", "OVERLOADED")


def passing(env):
    """Passes on one offer after the other."""
    offers = iter(env.sql("""select user_id::text, id::text from public.match_offers
        where status = 'offered' and expires_at > now() order by id"""))

    def body(peer):
        user, offer = next(offers, (None, None))
        if user is None:
            time.sleep(0.05)
            return
        answer = peer.ask(act_on_offer={"user": user, "offer": offer, "action": PASS})
        assert service.code(answer) in ("", "UNAVAILABLE", "CONFLICT", "NOT_FOUND"), answer
    return body


def start(peer, **more):
    answer = peer.ask(start_rematch=more)
    assert service.code(answer) == "", answer
    return answer.start_rematch.runs[0].run


def check_cancelled(env, peer, day):
    """Abandoned while chunks are written."""
    run = start(peer, clock=clock(day))
    while peer.ask(rematch_status={"run": run}).rematch_status.stage not in ("publishing", ""):
        time.sleep(0.01)
    assert service.code(peer.ask(cancel_rematch={"run": run})) == ""
    assert service.finished(peer, run).state in (matchd_pb2.RUN_CANCELLED,
                                                 matchd_pb2.RUN_FINISHED)
    devenv.until(lambda: env.sql("select count(*) from public.matchmaking_jobs "
                                 f"where batch_date = '2026-12-{day:02d}' "
                                 "and status = 'running'") == [(0,)], "no row stays open")


def main():
    with service.populated(PEOPLE) as env:
        with service.daemon(env, **SETTINGS) as process, service.Peer(env) as peer:
            events = listen(env)
            first = start(peer)
            assert service.finished(peer, first, 120).state == matchd_pb2.RUN_FINISHED
            env.sql("update public.match_offers set expires_at = now() - interval '1 s' "
                    "where id in (select offer_id from matching.offer_details limit 200)")
            with Crowd(env, look, look, reload, passing(env)) as crowd:
                check_cancelled(env, peer, 1)
                run = start(peer, clock=clock(2))
                assert service.finished(peer, run, 120).state == matchd_pb2.RUN_FINISHED
            assert crowd.asked > 10, crowd.asked
            devenv.until(lambda: len(events) > 100, "events come")
            # It is told to stop while it publishes: its lease is given back.
            start(peer, clock=clock(3))
            process.wait_for("event=batch.claimed", after=len(process.output) - 3)
            process.signal(signal.SIGTERM)
            assert process.join(20) == 0, process.tail()
        with service.daemon(env, **SETTINGS), service.Peer(env) as peer:
            devenv.until(lambda: env.sql("select count(*) from matching.runs "
                                         "where status = 'running'") == [(0,)], "taken over", 120)
    print(f"{crowd.asked} requests, {len(events)} events")


if __name__ == "__main__":
    sys.exit(main())
