"""Real servers for a test, and the programs under test as child processes.

    with devenv.Environment() as env:            # private PostgreSQL and Redis, migrated
        env.sql("insert into ...")               # as the owner
        out = env.run("matchctl", "health", "--json").stdout
        with env.start("matchd") as daemon:      # stopped, and its output shown, at the end
            daemon.wait_for("event=ready")

Everything lies in one temporary directory and is gone afterwards, servers included. Where a server
program is not installed, the test is skipped (exit status 77) with the reason as its last words.
"""
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import psycopg2

SOURCE = os.environ.get("MATCHD_SOURCE") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("MATCHD_BUILD") or os.path.join(SOURCE, "build")
SANITIZED = bool(os.environ.get("MATCHD_SANITIZE"))
# Programs under a sanitizer on a busy machine: waits are bounds, not measurements.
PATIENCE = 4.0 if SANITIZED else 1.0
# What a failure shows of a program's output: enough to see why, never a flood.
LINES_SHOWN, COLUMNS_SHOWN, REPORT_LINES = 40, 300, 30
FINDING = re.compile("ERROR: (Address|Leak|Thread)Sanitizer|WARNING: ThreadSanitizer|"
                     "runtime error:")


def clipped(line):
    """At most COLUMNS_SHOWN characters of it."""
    return line if len(line) <= COLUMNS_SHOWN else line[:COLUMNS_SHOWN - 3] + "..."


def report(lines):
    """The first finding of a sanitizer among the lines, with what follows; [] if there is none."""
    for at, line in enumerate(lines):
        if FINDING.search(line):
            return [clipped(each) for each in lines[at:at + REPORT_LINES]]
    return []


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def need(condition, reason):
    """Skips the test unless the condition holds."""
    if not condition:
        skip(reason)


def program(name):
    path = os.path.join(BUILD, name)
    if not os.access(path, os.X_OK):
        raise FileNotFoundError(f"{path} is not built")
    return path


def state(pid):
    """The letter of a process's state; "" if there is none, or only its parent has to be told."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            letter = file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
    return "" if letter in "ZX" else letter


def until(condition, what, seconds=30):
    """Waits for it; fails with `what` if it does not come true."""
    deadline = time.monotonic() + seconds * PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds * PATIENCE:g} s: {what}")
        time.sleep(0.02)


class Process:
    """A program of ours, running. Its output is collected and can be waited on."""

    def __init__(self, name, arguments, env):
        self.name = name
        self._lines = []
        self._shown = 0
        self._changed = threading.Condition()
        self._process = subprocess.Popen(
            [program(name), *arguments], env=env, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, errors="replace")
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self._process.stdout:
            with self._changed:
                self._lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    @property
    def pid(self):
        return self._process.pid

    @property
    def output(self):
        with self._changed:
            return list(self._lines)

    def wait_for(self, pattern, seconds=30, after=0):
        """The first line from number `after` on that the pattern matches; fails if none comes."""
        deadline = time.monotonic() + seconds * PATIENCE
        seen = after
        with self._changed:
            while True:
                for line in self._lines[seen:]:
                    if re.search(pattern, line):
                        return line
                seen = len(self._lines)
                left = deadline - time.monotonic()
                ended = not self._reader.is_alive()
                if left <= 0 or ended:
                    break
                self._changed.wait(min(left, 0.2))
        why = f"ended with status {self._process.wait()}" if ended else "said nothing of the kind"
        self.show()
        raise AssertionError(f"{self.name} {why}, waiting for {pattern!r}")

    def tail(self, count=LINES_SHOWN):
        return "\n".join(clipped(line) for line in self.output[-count:])

    def show(self):
        """Prints a sanitizer's report and the last lines, each line once however often called."""
        lines = self.output
        start = max(self._shown, len(lines) - LINES_SHOWN)
        shown = report(lines[self._shown:start])
        shown += [f"({start} lines before these)"] if start > 0 else []
        shown += [clipped(line) for line in lines[start:]]
        print(f"--- {self.name}, exit status {self._process.poll()}:")
        print("\n".join(shown) + "\n---", flush=True)
        self._shown = len(lines)

    def signal(self, number):
        self._process.send_signal(number)

    @contextlib.contextmanager
    def held(self):
        """It stands still: what it is sent meanwhile is there all at once when it goes on."""
        self.signal(signal.SIGSTOP)
        until(lambda: state(self.pid) in ("T", ""), f"{self.name} stops")
        try:
            yield
        finally:
            self.signal(signal.SIGCONT)

    def kill(self):
        self._process.kill()
        return self.join()

    def alive(self):
        return self._process.poll() is None

    def join(self, seconds=30):
        """The exit status."""
        status = self._process.wait(seconds * PATIENCE)
        self._reader.join(5)
        return status

    def stop(self, seconds=10):
        """SIGTERM; the exit status. A program that does not end is killed, which is a failure."""
        if self.alive():
            self.signal(signal.SIGTERM)
        try:
            return self.join(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            self.show()
            raise AssertionError(
                f"{self.name} did not stop on SIGTERM in {seconds * PATIENCE:g} s") from None

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        status = self.stop()
        found = report(self.output)
        ended_well = status in (0, -signal.SIGKILL)
        if kind is not None or found or not ended_well:
            self.show()
        # What a sanitizer found is the cause of whatever else went wrong.
        if found:
            raise AssertionError(f"{self.name}: {found[0]}") from value
        if kind is None and not ended_well:
            raise AssertionError(f"{self.name} ended with status {status}")


class Environment:
    """A private PostgreSQL and Redis with the migrations applied, in a directory of their own."""

    def __init__(self):
        self.directory = None
        self.env = {}

    def __enter__(self):
        for path, what in (("/usr/lib/postgresql/15/bin/initdb", "PostgreSQL 15"),
                           (shutil.which("redis-server"), "Redis")):
            need(path and os.path.exists(path), f"{what} is not installed")
        self.directory = tempfile.mkdtemp(prefix="matchd-t.", dir="/tmp")
        os.chmod(self.directory, 0o711)
        self._base = {key: value for key, value in os.environ.items()
                      if not key.startswith(("PG", "MATCHD_"))}
        self._base.update(
            MATCHD_DEV_DIR=os.path.join(self.directory, "dev"),
            MATCHD_RUN_DIR=os.path.join(self.directory, "run"), MATCHD_DEV_FSYNC="off")
        try:
            self.up()
        except BaseException:
            self._down()
            raise
        return self

    def up(self):
        """dev-up, also to bring back a server that a test has killed."""
        self._script("dev-up")
        self.env = dict(self._base, **self._written())

    def _script(self, name, *arguments):
        ran = subprocess.run([os.path.join(SOURCE, "scripts", name), *arguments], env=self._base,
                             capture_output=True, text=True, check=False)
        if ran.returncode != 0:
            raise AssertionError(f"scripts/{name} failed:\n{ran.stdout}{ran.stderr}")

    def _written(self):
        path = os.path.join(self.directory, "run", "env")
        with open(path, encoding="utf-8") as lines:
            found = (re.match(r"export (\w+)=(.*)$", line) for line in lines)
            return {match[1]: match[2] for match in found if match}

    def _down(self):
        try:
            self._script("dev-down")
        finally:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __exit__(self, kind, value, trace):
        if kind is not None:
            self._show_log()
        self._down()

    def _show_log(self):
        path = os.path.join(self.directory, "dev", "pg", "log")
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                words = [clipped(line.rstrip("\n")) for line in file.readlines()[-20:]]
            print("\n".join(["--- PostgreSQL's last words:", *words, "---"]), flush=True)

    def connect(self, **settings):
        """A psycopg2 connection as the owner of the database, autocommit."""
        where = {"host": self.env["PGHOST"], "port": self.env["PGPORT"],
                 "user": self.env["PGUSER"], "password": self.env["PGPASSWORD"],
                 "dbname": self.env["PGDATABASE"], **settings}
        connection = psycopg2.connect(**where)
        connection.autocommit = True
        return connection

    def sql(self, statement, arguments=None):
        """Runs it as the owner; the rows, or [] where it has none."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, arguments)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def run(self, name, *arguments, check=True, seconds=120, **extra):
        """Runs a program to its end; extra are environment variables."""
        ran = subprocess.run([program(name), *arguments], env=dict(self.env, **extra),
                             capture_output=True, text=True, timeout=seconds * PATIENCE,
                             check=False)
        found = report(ran.stderr.splitlines())
        if found:
            print("\n".join(found), flush=True)
            raise AssertionError(f"{name} {' '.join(arguments)}: {found[0]}")
        if check and ran.returncode != 0:
            raise AssertionError(f"{name} {' '.join(arguments)}: exit status {ran.returncode}\n"
                                 f"{ran.stdout[-2000:]}{ran.stderr[-4000:]}")
        return ran

    def start(self, name, *arguments, **extra):
        return Process(name, arguments, dict(self.env, **extra))
