"""The suite's last line counts what happened: a failure, a crash, a program that was never built,
a lost report or, under CI, an unlisted skip can not pass.
"""
import os
import sys
import tempfile

import tally

PASS = '<testcase name="good" status="run"><system-out>fine</system-out></testcase>'
FAIL = '<testcase name="bad" status="fail"><failure/><system-out>oh no</system-out></testcase>'
SKIP = ('<testcase name="server" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/>'
        '<system-out>no server here\n</system-out></testcase>')
UNBUILT = ('<testcase name="gone" status="notrun"><skipped message="Unable to find executable"/>'
           '<system-out>Unable to find executable</system-out></testcase>')
DISABLED = '<testcase name="off" status="disabled"><system-out>Disabled</system-out></testcase>'
INNER = ('<testcase name="unit" status="run"><system-out>[SKIP] isa::avx512: no AVX-512 here\n'
         '[PASS] isa::ref: (0.00s)\n</system-out></testcase>')
CUT = ('<testcase name="long" status="run"><system-out>[PASS] a::b: (0.00s)\n'
       '[This part of the test output was removed since it exceeds the threshold of 1024 bytes.]\n'
       '</system-out></testcase>')

# cases in the report, lines in SKIPS, strict, exit status, (passed, failed, skipped)
TABLE = [
    ("all pass", [PASS], "", True, 0, (1, 0, 0)),
    ("a failure", [PASS, FAIL], "", False, 1, (1, 1, 0)),
    ("never built", [PASS, UNBUILT], "", False, 1, (1, 1, 0)),
    ("disabled", [PASS, DISABLED], "", False, 1, (1, 1, 0)),
    ("nothing ran", [], "", False, 1, (0, 1, 0)),
    ("skipped at home", [PASS, SKIP], "", False, 0, (1, 0, 1)),
    ("skipped under CI", [PASS, SKIP], "", True, 1, (1, 1, 1)),
    ("skipped and listed", [PASS, SKIP], "b/server: needs a server\n", True, 0, (1, 0, 1)),
    ("listed without a reason", [PASS, SKIP], "b/server:\n", True, 1, (1, 1, 1)),
    ("another test is listed", [PASS, SKIP], "b/serve: needs a server\n", True, 1, (1, 1, 1)),
    ("a case skipped inside", [INNER], "", True, 1, (1, 1, 1)),
    ("output that was cut", [PASS, CUT], "", True, 1, (1, 1, 0)),
    ("a case inside, listed", [INNER], "b/unit/isa::avx512: old CPU\n", True, 0, (1, 0, 1)),
]


def run(top, cases, skips, strict):
    report, listed = os.path.join(top, "report.xml"), os.path.join(top, "SKIPS")
    with open(report, "w", encoding="utf-8") as file:
        file.write(f"<testsuite>{''.join(cases)}</testsuite>")
    with open(listed, "w", encoding="utf-8") as file:
        file.write(skips)
    passed, failed, skipped, _, wrong = tally.tally(listed, [("b", report)], strict)
    status = tally.main((["--ci"] if strict else []) + [listed, f"b={report}"])
    return status, (passed, len(failed) + len(wrong), len(skipped))


def check_selection(top):
    """Of selected tests one build may have none, but all builds together may not."""
    skips, empty, full = (os.path.join(top, name) for name in ("SKIPS", "empty.xml", "full.xml"))
    for path, cases in ((skips, ""), (empty, "<testsuite/>"),
                        (full, f"<testsuite>{PASS}</testsuite>")):
        with open(path, "w", encoding="utf-8") as file:
            file.write(cases)
    errors = 0
    for reports, expected in (([f"a={full}", f"b={empty}"], 0), ([f"b={empty}"], 1)):
        if tally.main(["--selected", skips, *reports]) != expected:
            print(f"selected, {reports}: expected status {expected}")
            errors += 1
    return errors


def main():
    errors = 0
    with tempfile.TemporaryDirectory() as top:
        for what, cases, skips, strict, *expected in TABLE:
            got = run(top, cases, skips, strict)
            if list(got) != expected:
                print(f"{what}: expected {expected}, got {got}")
                errors += 1
        if tally.main([os.path.join(top, "SKIPS"), f"b={top}/none.xml"]) == 0:
            print("a lost report passes")
            errors += 1
        errors += check_selection(top)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
