"""A daemon on a populated database, and a client made of the protocol file alone.

    with service.populated(people=300) as env, service.daemon(env) as daemon:
        with service.Peer(env) as peer:
            answer = peer.ask(health={})           # a matchd_pb2.Response
"""
import contextlib
import itertools
import time

import zmq

import devenv
import matchd_pb2

NOW = "2026-11-22T09:00:00Z"
DATE = "2026-11-22"
CLOCK = {"date": DATE, "now": NOW}


@contextlib.contextmanager
def populated(people=300):
    """Private servers with made-up people in one metro."""
    with devenv.Environment() as env:
        env.run("matchd-bench", "populate", "--people", str(people), "--now", NOW, "--seed", "7",
                "--metro", "London", "--dim", "16", "--viewers", "0")
        yield env


@contextlib.contextmanager
def daemon(env, *arguments, ready=True, **extra):
    with env.start("matchd", *arguments, **extra) as process:
        if ready:
            process.wait_for("event=matchd.ready", seconds=60)
        yield process


def people(env):
    """Ids in UUID order."""
    return [row[0] for row in env.sql("select id::text from public.users order by id")]


def build(request_id=0, deadline_ms=20000, **verb):
    """A Request from nested dictionaries: build(1, score_pair={"a": ..., "b": ...})."""
    request = matchd_pb2.Request(request_id=request_id, deadline_ms=deadline_ms)
    for name, fields in verb.items():
        message = getattr(request, name)
        message.SetInParent()
        fill(message, fields)
    return request


def fill(message, fields):
    for name, value in fields.items():
        if isinstance(value, dict):
            getattr(message, name).SetInParent()
            fill(getattr(message, name), value)
        elif isinstance(value, (list, tuple)):
            getattr(message, name).extend(value)
        else:
            setattr(message, name, value)


class Peer:
    """A DEALER (or REQ) that sends what it is told and hands back what comes."""

    def __init__(self, env, kind=zmq.DEALER):
        self._ids = itertools.count(1)
        self.context = zmq.Context()
        self.socket = self.context.socket(kind)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.SNDHWM, 0)
        self.socket.connect(env.env["MATCHD_ENDPOINTS"].split()[0])

    def close(self):
        self.socket.close()
        self.context.term()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, deadline_ms=20000, **verb):
        request_id = next(self._ids)
        self.socket.send(build(request_id, deadline_ms, **verb).SerializeToString())
        return request_id

    def receive(self, seconds=30):
        if not self.socket.poll(seconds * 1000 * devenv.PATIENCE):
            raise AssertionError(f"no answer within {seconds} s")
        frames = self.socket.recv_multipart()
        assert len(frames) == 1, f"expected one frame, got {len(frames)}"
        return matchd_pb2.Response.FromString(frames[0])

    def ask(self, seconds=30, **verb):
        request_id = self.send(**verb)
        response = self.receive(seconds)
        assert response.request_id == request_id, f"{response.request_id} for {request_id}"
        return response


def code(response):
    """The name of an error's code, or "" for an answer."""
    if response.WhichOneof("answer") != "error":
        return ""
    return matchd_pb2.ErrorCode.Name(response.error.code)


def finished(peer, run, seconds=60):
    """Waits for a run's end; its last status."""
    deadline = time.monotonic() + seconds * devenv.PATIENCE
    while time.monotonic() < deadline:
        status = peer.ask(rematch_status={"run": run}).rematch_status
        if status.state != matchd_pb2.RUN_RUNNING:
            return status
        time.sleep(0.02)
    raise AssertionError("the run did not end")


def pages(peer, run):
    """Every viewer of a finished dry run, and the sizes of the pages they came in."""
    viewers, sizes, after = [], [], ""
    while True:
        page = {"run": run, "after_viewer": after} if after else {"run": run}
        response = peer.ask(dry_run_page=page)
        assert code(response) == "", response.error.message
        sizes.append(response.ByteSize())
        viewers.extend(response.dry_run_page.viewers)
        if response.dry_run_page.last:
            return viewers, sizes
        after = viewers[-1].viewer
