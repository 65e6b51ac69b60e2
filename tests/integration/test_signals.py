"""SIGTERM and SIGKILL at random times, idle and under load, while loading and while reloading:
SIGTERM ends it within 2 s with status 0, and whatever a SIGKILL leaves behind does not stop the
next start.
"""
import os
import random
import signal
import sys
import threading
import time

import devenv
import service

ROUNDS = 12
SEED = int(os.environ.get("MATCHD_SEED", "20261122"))


class Noise(threading.Thread):
    """Clients that keep the daemon busy and do not mind that it dies."""

    def __init__(self, env, ids):
        super().__init__(daemon=True)
        self.env, self.ids = env, ids
        self.stop = threading.Event()

    def run(self):
        rng = random.Random(5)
        with service.Peer(self.env) as peer:
            while not self.stop.is_set():
                for _ in range(8):
                    peer.send(preview_offers={"user": rng.choice(self.ids), "k": 50})
                if rng.random() < 0.2:
                    peer.send(start_rematch={"dry_run": True, "clock": service.CLOCK})
                if rng.random() < 0.1:
                    peer.send(reload={})
                while peer.socket.poll(20):
                    peer.socket.recv_multipart()


def one_round(env, rng, number):
    """Starts a daemon, lets it run for a random time, ends it; the seconds that SIGTERM took."""
    after = rng.choice((0.0, 0.02, 0.1, 0.3, 0.6)) + rng.random() * 0.2
    kill = number % 2 == 0
    with env.start("matchd") as process:
        time.sleep(after)
        began = time.monotonic()
        process.signal(signal.SIGKILL if kill else signal.SIGTERM)
        status = process.join(20)
        took = time.monotonic() - began
        expected = -signal.SIGKILL if kill else 0
        # SIGTERM before main has blocked it ends the process as the system does.
        early = not kill and status == -signal.SIGTERM and not process.output
        assert status == expected or early, (after, status, process.tail())
        if early:
            process._process.returncode = 0  # pylint: disable=protected-access
        assert kill or took < 2.2 * devenv.PATIENCE, (after, took)
        return took


def check_sockets_gone(env):
    """SIGTERM removes the sockets; only the lock files stay."""
    directory = os.path.dirname(env.env["MATCHD_ENDPOINTS"].split("://", 1)[1])
    with service.daemon(env):
        pass
    left = sorted(os.listdir(directory))
    assert left == ["matchd.sock.events.lock", "matchd.sock.lock"], left


def check_in_flight_are_answered(env, ids):
    """What a worker has in its hands at SIGTERM is answered; what comes after is refused."""
    with service.daemon(env, "--workers", "1") as process, service.Peer(env) as peer:
        peer.ask(health={})
        with process.held():
            sent = [peer.send(preview_offers={"user": ids[0], "k": 500}) for _ in range(30)]
        responses = [peer.receive()]
        process.signal(signal.SIGTERM)
        while len(responses) < len(sent) and peer.socket.poll(10000 * devenv.PATIENCE):
            responses.append(peer.receive())
        codes = {response.request_id: service.code(response) for response in responses}
        assert process.join(5) == 0
        assert len(codes) == len(sent), (len(codes), process.tail())
        assert set(codes.values()) <= {"", "UNAVAILABLE"} and "" in codes.values(), codes


def check_no_slots_left(env):
    """Slots of daemons that are gone are gone with their connections."""
    devenv.until(lambda: not env.sql("select slot_name from pg_replication_slots"),
                 "no slot is left behind")


def main():
    rng = random.Random(SEED)
    print(f"seed {SEED}", flush=True)
    with service.populated(people=300) as env:
        ids = service.people(env)
        noise = [Noise(env, ids) for _ in range(2)]
        for each in noise:
            each.start()
        longest = max(one_round(env, rng, number) for number in range(ROUNDS))
        for each in noise:
            each.stop.set()
        for each in noise:
            each.join()
        print(f"{ROUNDS} rounds, the slowest end took {longest:.2f} s")
        check_in_flight_are_answered(env, ids)
        check_sockets_gone(env)
        with service.daemon(env) as process, service.Peer(env) as peer:
            assert peer.ask(health={}).health.people == len(ids), process.tail()
        check_no_slots_left(env)


sys.exit(main())
