"""Private servers: dev-up gives a migrated database to roles of their own, twice is once, a killed
server comes back, and dev-down leaves no file and no process.
"""
import os
import signal
import subprocess
import sys

import devenv


def processes_in(directory):
    """Ids of processes whose command line or working directory lies in the directory."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().decode(errors="replace")
            place = os.readlink(f"/proc/{pid}/cwd")
        except OSError:
            continue
        if directory in words or place.startswith(directory):
            found.append(int(pid))
    return found


def check_database(env):
    tables = env.sql("select count(*) from pg_tables where schemaname = 'public'")[0][0]
    assert tables >= 48, f"expected at least 48 tables in public, got {tables}"
    for name in ("MATCHD_DATABASE_URL", "MATCHD_WRITE_URL"):
        ran = subprocess.run(["psql", "-XAt", "-c", "select 1", env.env[name]],
                             capture_output=True, text=True, check=False)
        assert ran.stdout == "1\n", f"{name} does not connect: {ran.stderr}"


def check_restart(env):
    before = dict(env.env)
    env.sql("create table public.kept (n int); insert into public.kept values (7)")
    env.up()
    assert env.env == before, "a second dev-up changed the environment"
    with open(os.path.join(env.env["MATCHD_DEV_DIR"], "pg/data/postmaster.pid"),
              encoding="utf-8") as file:
        os.kill(int(file.readline()), signal.SIGKILL)
    env.up()
    assert env.sql("select n from public.kept") == [(7,)], "a row was lost by a restart"


def main():
    with devenv.Environment() as env:
        directory = env.directory
        check_database(env)
        check_restart(env)
        assert processes_in(directory), "the servers are not where they should be"
    assert not os.path.exists(directory), f"{directory} is left"
    assert not processes_in(directory), "processes are left"
    print("ok")


if __name__ == "__main__":
    sys.exit(main())
