"""Servers that answer badly: silent, closing, erring without an SQLSTATE, too old, too full. Each
ends in a sentence; what may pass by itself is tried again, the rest is not.
"""
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time

import devenv


def message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


def error(**fields):
    body = b"".join(key.encode() + text.encode() + b"\0" for key, text in fields.items()) + b"\0"
    return message(b"E", body)


def parameter(name, value):
    return message(b"S", name.encode() + b"\0" + value.encode() + b"\0")


AUTHENTICATED = message(b"R", struct.pack("!i", 0))
READY = message(b"Z", b"I")


class FakeServer:
    """Speaks the start of PostgreSQL's protocol, then gives its answer to every connection."""

    def __init__(self, answer, close=True):
        self._answer = answer
        self._close = close
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://u:p@127.0.0.1:{self._socket.getsockname()[1]}/d"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        kept = []
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            try:
                self._startup(client)
                client.sendall(self._answer)
            except OSError:
                pass
            if self._close:
                client.close()
            kept.append(client)

    @staticmethod
    def _startup(client):
        """Reads the start-up packet; no to encryption."""
        while True:
            (length,) = struct.unpack("!i", client.recv(4, socket.MSG_WAITALL))
            (code,) = struct.unpack("!i", client.recv(length - 4, socket.MSG_WAITALL)[:4])
            if code not in (80877103, 80877104):
                return
            client.sendall(b"N")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()


def load(url, wait_seconds):
    env = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    env.update(MATCHD_DATABASE_URL=url, MATCHD_REPLICATION_URL="")
    begun = time.monotonic()
    ran = subprocess.run(
        [devenv.program("tests/probe_store"), "load", "1", "10", str(wait_seconds)], env=env,
        capture_output=True, text=True, timeout=60 * devenv.PATIENCE, check=False)
    found = devenv.report(ran.stderr.splitlines())
    assert not found, "\n".join([*found, f"probe_store: {found[0]}"])
    assert ran.returncode == 1, f"exit status {ran.returncode}:\n{ran.stdout}{ran.stderr}"
    return json.loads(ran.stdout)["error"], time.monotonic() - begun


def check_refused(name, answer, part):
    """Not tried again: one connection and no waiting."""
    with FakeServer(answer) as server:
        sentence, seconds = load(server.url, 30)
        assert part in sentence, f"{name}: expected {part!r} in: {sentence}"
        assert server.connections == 1, f"{name}: {server.connections} connections"
        assert seconds < 5 * devenv.PATIENCE, f"{name}: took {seconds:.1f} s"


def check_retried(name, answer, part, close=True):
    """Tried again until the wait is over."""
    with FakeServer(answer, close) as server:
        # Twice the time that four attempts take where nothing else runs.
        sentence, _ = load(server.url, 3)
        assert part in sentence and "gave up after" in sentence, f"{name}: {sentence}"
        assert server.connections >= (2 if close else 1), f"{name}: tried once"


def main():
    check_refused("wrong password", error(S="FATAL", V="FATAL", C="28P01", M="no such password"),
                  "no such password")
    check_refused("too old", AUTHENTICATED + parameter("server_version", "14.3")
                  + parameter("integer_datetimes", "on") + READY,
                  "PostgreSQL 14.3 is too old: expected 15 or newer")
    check_refused("odd clock", AUTHENTICATED + parameter("server_version", "15.1")
                  + parameter("integer_datetimes", "off") + READY, "integer_datetimes")
    check_retried("starting", error(S="FATAL", V="FATAL", C="57P03", M="is starting up"),
                  "is starting up")
    check_retried("full", error(S="FATAL", V="FATAL", C="53300", M="too many clients"),
                  "too many clients")
    check_retried("no SQLSTATE", error(M="something"), "something")
    check_retried("closing", b"", "closed the connection")
    check_retried("garbage", b"HTTP/1.1 400 Bad Request\r\n\r\n", "")
    check_retried("lost after the start", AUTHENTICATED + parameter("server_version", "15.1")
                  + parameter("integer_datetimes", "on") + READY, "")
    check_retried("silent", b"", "does not answer", close=False)
    print("ok")


if __name__ == "__main__":
    sys.exit(main())
