"""scripts/demo, with the programs that are built: it shows a person's candidates and the reasons
of the first, everybody's offers of the day are written, a changed preference changes who can be
offered, and nothing is left behind. With --keep the servers stay until the commands that it prints
stop them.
"""
import os
import re
import subprocess
import tempfile

import devenv

DEMO = os.path.join(devenv.SOURCE, "scripts", "demo")
ENV = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "MATCHD_"))}
ENV["MATCHD_BUILD"] = devenv.BUILD


def demo(*arguments):
    ran = subprocess.run([DEMO, "--people", "1500", *arguments], env=ENV, capture_output=True,
                         text=True, check=False, timeout=240 * devenv.PATIENCE)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def left():
    """What is in the directory of the demos of this test."""
    return os.listdir(ENV["MATCHD_DEMO_PARENT"])


def candidates(output):
    """The ids of both previews, in order."""
    previews = output.split(" -k 5\n")[1:]
    return [re.findall(r"^ +\d  ([0-9a-f-]{36}) ", part, re.M)[:5] for part in previews]


def check_story():
    output = demo()
    first, second = candidates(output)
    assert len(first) == len(second) == 5, output
    assert first[0] not in second, "the first candidate is still offered\n" + output
    written = re.search(r" ([\d,]+) viewers, ([\d,]+) offers in ", output)
    assert written and int(written[2].replace(",", "")) > 0, output
    theirs = re.findall(r"^\S+ +offered +score .*\(([0-9a-f-]{36})\)", output, re.M)
    assert first[0] in theirs, f"{first[0]} is not among the offers {theirs}\n{output}"
    assert f"{first[0]} to " in output and "may be offered" in output, output
    assert re.search(rf"^{first[0]} to .*: not offered: .*distance", output, re.M), output
    assert left() == [], f"left behind: {left()}"


def check_keep():
    output = demo("--keep")
    directory, = left()
    use = re.search(r"^ +\. (\S+)$", output, re.M)[1]
    health = re.search(r"^ +(\S+matchctl health)$", output, re.M)[1]
    stop = re.search(r"^ +(kill \d+; .*)$", output, re.M)[1]
    try:
        ran = subprocess.run(["bash", "-c", f". {use} && {health}"], env=ENV, capture_output=True,
                             text=True, check=False)
        assert ran.returncode == 0 and "is ready" in ran.stdout, ran.stdout + ran.stderr
    finally:
        subprocess.run(["bash", "-c", f". {use} && {stop}"], env=ENV, capture_output=True,
                       check=True)
    assert left() == [], f"{directory} is still there"


def check_refusals():
    for arguments in (["--people", "many"], ["--people"], ["--people", "7"], ["--persons", "9"]):
        ran = subprocess.run([DEMO, *arguments], env=ENV, capture_output=True, text=True,
                             check=False)
        assert ran.returncode == 1 and ran.stderr.startswith("demo: "), (arguments, ran.stderr)


def main():
    for name in ("matchd", "matchctl", "matchd-bench"):
        devenv.program(name)
    for path, what in (("/usr/lib/postgresql/15/bin/initdb", "PostgreSQL 15"),
                       ("/usr/bin/redis-server", "Redis"), ("/usr/bin/jq", "jq")):
        devenv.need(os.path.exists(path), f"{what} is not installed")
    with tempfile.TemporaryDirectory(prefix="matchd-t.", dir="/tmp") as parent:
        os.chmod(parent, 0o711)
        ENV["MATCHD_DEMO_PARENT"] = parent
        check_refusals()
        check_story()
        check_keep()


main()
