"""Planted bugs must fail, each for its own reason, and the control must pass.

Protects: the suite's reading of sanitizer output (Criterion exits 0 on a leak), the
exit-on-finding flags, and the count of skipped tests.
"""
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

EXPECTED = {
    "address": {
        "planted_leak": ("fail", "LeakSanitizer: detected memory leaks"),
        "planted_use_after_free": ("fail", "heap-use-after-free"),
        "planted_overflow": ("fail", "signed integer overflow"),
        "planted_assertion": ("fail", ""),
        "planted_nothing": ("run", ""),
        "planted_skip": ("notrun", ""),
    },
    "thread": {"planted_race": ("fail", "data race")},
}


def run(build):
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        subprocess.run(
            ["ctest", "--test-dir", build, "-C", "Planted", "-R", "^planted_",
             "--output-junit", report.name],
            stdout=subprocess.DEVNULL, check=False)
        return ElementTree.parse(report.name).getroot()


def main():
    build, kind = sys.argv[1:3]
    seen = {case.get("name"): case for case in run(build).iter("testcase")}
    wrong = []
    for name, (status, text) in EXPECTED[kind].items():
        case = seen.get(name)
        if case is None:
            wrong.append(f"{name}: was not run")
            continue
        output = case.findtext("system-out") or ""
        if case.get("status") != status:
            wrong.append(f"{name}: expected {status}, got {case.get('status')}")
        elif text not in output:
            wrong.append(f"{name}: {text!r} is not in its output")
    for line in wrong:
        print(line)
    if not wrong:
        print(f"{len(EXPECTED[kind])} planted tests reported as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
