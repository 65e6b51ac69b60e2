"""Ten thousand messages that are none: random bytes, truncated requests, huge ones, many frames,
unknown fields, wrong enum values. Each is answered or dropped and counted; memory stays flat, and
another client does not notice.
"""
import random
import statistics
import threading
import time

import devenv
import matchd_pb2
import service
import zmq

COUNT = 10000
ANSWERED = COUNT * 99 // 100
# Of nine kinds, unknown fields and some flipped bytes are good requests.
FAULTS = COUNT * 6 // 9
SEED = 20261122


def valid(rng, ids):
    a, b = rng.sample(ids, 2)
    return service.build(rng.getrandbits(63), score_pair={"a": a, "b": b}).SerializeToString()


def random_bytes(rng, _):
    return [rng.randbytes(rng.randrange(1, 300))]


def truncated(rng, ids):
    whole = valid(rng, ids)
    return [whole[:rng.randrange(1, len(whole))]]


def flipped(rng, ids):
    whole = bytearray(valid(rng, ids))
    for _ in range(rng.randrange(1, 6)):
        whole[rng.randrange(len(whole))] = rng.getrandbits(8)
    return [bytes(whole)]


def huge(rng, _):
    return [rng.randbytes(16) * rng.randrange(4097, 40000)]


def many_frames(rng, ids):
    return [valid(rng, ids)] * rng.randrange(3, 200)


def empty_frames(rng, _):
    return [b""] * rng.randrange(1, 5)


def unknown_fields(rng, ids):
    """Parses, with fields of numbers that nobody knows: answered like any other."""
    return [valid(rng, ids) + b"\xba\x7d\x04" + rng.randbytes(4)]


def wrong_enum(rng, _):
    """A verb of another wire type, or the numbers of no verb at all."""
    tag = (rng.choice([10, 20, 30, 31, 40, 99, 5000]) << 3) | 0
    head = bytearray()
    while tag > 127:
        head.append(tag & 127 | 128)
        tag >>= 7
    head.append(tag)
    return [b"\x08\x05" + bytes(head) + bytes([rng.randrange(128)])]


def lying_length(rng, _):
    return [b"\xf2\x01\xff\xff\xff\xff\x0f" + rng.randbytes(20)]


KINDS = (random_bytes, truncated, flipped, huge, many_frames, empty_frames, unknown_fields,
         wrong_enum, lying_length)


class Neighbour(threading.Thread):
    """Another client, that measures how long its answers take."""

    def __init__(self, env, ids):
        super().__init__(daemon=True)
        self.env, self.ids = env, ids
        self.stop = threading.Event()
        self.times, self.failure = [], None

    def run(self):
        rng = random.Random(1)
        try:
            with service.Peer(self.env) as peer:
                while not self.stop.is_set():
                    a, b = rng.sample(self.ids, 2)
                    began = time.monotonic()
                    response = peer.ask(score_pair={"a": a, "b": b})
                    self.times.append(time.monotonic() - began)
                    if service.code(response) != "":
                        raise AssertionError(str(response))
                    time.sleep(0.002)
        except Exception as failure:  # pylint: disable=broad-except
            self.failure = failure


def drain(peer, wait_ms):
    """Reads what has come; the number of answers, each one a Response with a readable text."""
    count = 0
    while peer.socket.poll(wait_ms):
        response = matchd_pb2.Response.FromString(peer.socket.recv_multipart()[-1])
        text = response.error.message
        assert isinstance(text, str) and (text == "" or text.isprintable()), response
        count += 1
    return count


def throw(env, ids, rng):
    """Sends the garbage from a few sockets; the number of answers."""
    answers = 0
    peers = [service.Peer(env) for _ in range(4)]
    for i in range(COUNT):
        peer = peers[i % len(peers)]
        peer.socket.send_multipart(KINDS[i % len(KINDS)](rng, ids))
        if i % 50 == 0:
            answers += sum(drain(each, 0) for each in peers)
    deadline = time.monotonic() + 30 * devenv.PATIENCE
    while answers < ANSWERED and time.monotonic() < deadline:
        answers += sum(drain(each, 50) for each in peers)
    for peer in peers:
        peer.close()
    return answers


def stats_of(env):
    with service.Peer(env) as peer:
        return peer.ask(stats={}).stats


def faults(stats):
    return (stats.unparsable + stats.oversized + stats.bad_frames + stats.unknown_verb
            + stats.invalid_fields)


def settled(env, before):
    """Stats once what was sent has arrived and was counted."""
    devenv.until(lambda: faults(stats_of(env)) - faults(before) >= FAULTS, f"{FAULTS} faults")
    return stats_of(env)


def check_cut_peer(env):
    """Far too many frames in one message: that peer is disconnected, and others go on."""
    before = stats_of(env)
    with service.Peer(env) as peer:
        peer.socket.send_multipart([b"x"] * 1000)
        devenv.until(lambda: stats_of(env).peers_dropped > before.peers_dropped, "a peer is cut")
        after = stats_of(env)
        assert after.peers_dropped == before.peers_dropped + 1, after
        assert after.bad_frames == before.bad_frames + 1, after
        # ZeroMQ connects again by itself: the peer may mend its ways.
        assert service.code(peer.ask(health={})) == ""


def check_over_transport_limit(env):
    """More than libzmq is told to take: it cuts the connection; the daemon lives."""
    with service.Peer(env) as peer:
        peer.socket.send(b"x" * (3 << 20))
        time.sleep(0.3)
    assert stats_of(env).people == 300


def check_req_garbage(env):
    with service.Peer(env, zmq.REQ) as peer:
        peer.socket.send(b"garbage")
        assert service.code(peer.receive()) == "INVALID_ARGUMENT"


def main():
    with service.populated(people=300) as env, service.daemon(env):
        ids = service.people(env)
        rng = random.Random(SEED)
        throw(env, ids, rng)  # warms up every buffer
        neighbour = Neighbour(env, ids)
        neighbour.start()
        devenv.until(lambda: len(neighbour.times) > 20, "the neighbour has its first answers")
        before = stats_of(env)
        answers = throw(env, ids, rng)
        after = settled(env, before)
        neighbour.stop.set()
        neighbour.join()
        assert neighbour.failure is None, neighbour.failure
        print(f"seed {SEED}: {faults(after) - faults(before)} faults counted, {answers} answers, "
              f"neighbour's median answer {statistics.median(neighbour.times) * 1000:.1f} ms, "
              f"slowest {max(neighbour.times) * 1000:.1f} ms, memory "
              f"{before.resident_bytes >> 20} -> {after.resident_bytes >> 20} MiB")
        assert answers >= ANSWERED, answers
        # The slowest shares the processors with whatever else this machine does.
        assert statistics.median(neighbour.times) < 0.1 * devenv.PATIENCE
        assert max(neighbour.times) < 2 * devenv.PATIENCE, max(neighbour.times)
        if not devenv.SANITIZED:
            assert after.resident_bytes - before.resident_bytes < 16 << 20, after
        check_cut_peer(env)
        check_over_transport_limit(env)
        check_req_garbage(env)


main()
