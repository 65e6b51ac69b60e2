"""A failure is short and names its cause: of a program that prints without end the last lines are
shown, once, after the report of a sanitizer, however long ago it came; and what a sanitizer found
fails the test even where the program went on and ended well.
"""
import contextlib
import io
import os
import sys
import tempfile

import devenv

FLOOD = "seq -f \"line %.0f $(printf %0900d 1)\" 5000"
# Put together here: the suite reads what this test prints and holds.
FOUND = "file.c:7:1: runtime " + "error: signed integer overflow"

# what the program does, what the last words have, whether a sanitizer is to be named
TABLE = [
    ("fails after a flood", f"{FLOOD}; exit 3", "ended with status 3", False),
    ("found, then a flood", f"echo '{FOUND}' >&2; {FLOOD}; exit 1", FOUND, True),
    ("found and went on", f"echo '{FOUND}' >&2; {FLOOD}; exit 0", FOUND, True),
]


def fail(body):
    """(what was printed, the exception) of a body that is expected to fail."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            body()
        except AssertionError as error:
            return printed.getvalue(), str(error)
    return printed.getvalue(), "no failure"


def wait_in_vain():
    with devenv.Process("program", [], os.environ) as process:
        process.wait_for("what is never said")


def end():
    with devenv.Process("program", [], os.environ) as process:
        process.join()


def run():
    env = devenv.Environment.__new__(devenv.Environment)
    env.env = dict(os.environ)
    env.run("program", check=False)


def judge(what, way, words, found):
    text, error = fail(way)
    wrong = []
    if words not in error.split("\n")[-1] or error.count("\n") > 1:
        wrong.append(f"expected {words!r} as the last words, got {error[-300:]!r}")
    if len(text) > 30000 or len(text.split("\n")) > 100:
        wrong.append(f"{len(text)} characters in {text.count(chr(10))} lines were printed")
    if way is not run and text.count("line 5000 ") != 1:
        wrong.append(f"the last line was shown {text.count('line 5000 ')} times")
    if found and text.count(FOUND) != 1:
        wrong.append(f"the finding was shown {text.count(FOUND)} times")
    return [f"{what}, {way.__name__}: {sentence}" for sentence in wrong]


def main():
    errors = []
    with tempfile.TemporaryDirectory() as devenv.BUILD:
        path = os.path.join(devenv.BUILD, "program")
        for what, body, words, found in TABLE:
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"#!/usr/bin/env bash\n{body}\n")
            os.chmod(path, 0o755)
            for way in (wait_in_vain, end, run) if found else (wait_in_vain, end):
                errors += judge(what, way, words, found)
    print("\n".join(errors).replace(FOUND, "(a finding)"))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
