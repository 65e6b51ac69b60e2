"""What the rules share: the files of the tree, their lines, and how a rule reports."""
import fnmatch
import os
import re
import subprocess
import sys

GENERATED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "generated.txt")


def generated_patterns():
    with open(GENERATED, encoding="utf-8") as lines:
        return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def files(*suffixes, under="", generated=False):
    """Files that git tracks or would (all files where there is no git), made ones left out."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        names = listed.stdout.split("\0")
    else:
        names = [os.path.relpath(os.path.join(top, name), ".")
                 for top, _, found in os.walk(".") for name in found]
    patterns = [] if generated else generated_patterns()
    return sorted(
        name for name in set(names)
        if name and name.startswith(under) and (not suffixes or name.endswith(suffixes))
        and os.path.isfile(name) and not os.path.islink(name)
        and not any(fnmatch.fnmatch(name, pattern) for pattern in patterns))


def scripts(kind, suffix):
    """Files of a kind of script: by suffix, or by the interpreter in their first line."""
    found = []
    for name in files():
        if name.endswith(suffix):
            found.append(name)
        elif "." not in os.path.basename(name):
            with open(name, "rb") as file:
                first = file.readline(80).decode("ascii", "replace")
            if first.startswith("#!") and re.search(kind, first):
                found.append(name)
    return found


def text(name):
    with open(name, encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


_C_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def c_code(name):
    """Lines of a C file without comments and strings, numbered from 1."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())
    return enumerate(_C_TOKEN.sub(blank, text(name)).split("\n"), 1)


class Report:
    """Collects offences; finish() prints them, or the one line that says what was looked at."""

    def __init__(self):
        self.offences = []

    def add(self, name, line, what):
        self.offences.append((name, line, what))

    def finish(self, summary):
        for name, line, what in sorted(self.offences):
            print(f"{name}:{line}: {what}")
        if self.offences:
            sys.exit(1)
        print(summary)
