"""The last line of scripts/test: adds up ctest's JUnit reports and judges what was skipped.

    tally.py [--ci] [--selected] SKIPS BUILD=REPORT.xml...

Prints each failed and each skipped test, then `N passed, N failed, N skipped`. Exit status 1 if a
test failed, a report is missing or empty, or (--ci) a test was skipped that SKIPS does not list.
--selected: only some tests were asked for, so a single build may have had none of them.
SKIPS: lines `<build>/<test>: <reason>`, and `<build>/<test>/<suite>::<case>: <reason>` for a case
inside a Criterion program; a line without a reason is an error too.
"""
import re
import sys
import xml.etree.ElementTree as ElementTree

# Criterion prints a skipped test and counts it in no total.
CRITERION_SKIP = re.compile(r"\[SKIP\] (\S+)(?:: (.*))?$", re.M)
# What ctest puts in the place of what it cuts out; a skipped case may have been there.
CUT = "part of the test output was removed since it exceeds"


def read_skips(path):
    """{test: reason}, and the lines that give no reason."""
    reasons, wrong = {}, []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            name, _, reason = line.partition(": ")
            if not reason.strip():
                wrong.append(f"{path}:{number}: {name} is listed without a reason")
            reasons[name.strip().rstrip(":")] = reason.strip()
    return reasons, wrong


def last_words(case):
    lines = [line for line in (case.findtext("system-out") or "").split("\n") if line.strip()]
    return lines[-1].strip() if lines else ""


def read_report(build, path):
    """(passed, {failed: last words}, {skipped: last words}) of one ctest run."""
    passed, failed, skipped = 0, {}, {}
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{build}/{case.get('name')}"
        status = case.get("status")
        if status == "run" and CUT in (case.findtext("system-out") or ""):
            failed[name] = "its output was cut: the cases that it skipped cannot be counted"
        elif status == "run":
            passed += 1
        elif status == "notrun" and case.find("skipped") is not None and \
                "SKIP" in (case.find("skipped").get("message") or ""):
            skipped[name] = last_words(case)
        else:
            failed[name] = last_words(case)
        for inner, words in CRITERION_SKIP.findall(case.findtext("system-out") or ""):
            skipped[f"{name}/{inner.rstrip(':')}"] = words
    return passed, failed, skipped


def tally(skips_path, reports, strict, selected=False):
    reasons, wrong = read_skips(skips_path)
    passed, failed, skipped = 0, {}, {}
    for build, path in reports:
        try:
            counts = read_report(build, path)
        except (OSError, ElementTree.ParseError) as error:
            failed[f"{build}/report"] = f"no report (did it build?): {error}"
            continue
        if counts[0] + len(counts[1]) + len(counts[2]) == 0 and not selected:
            failed[f"{build}/report"] = "no test was run"
        passed += counts[0]
        failed.update(counts[1])
        skipped.update(counts[2])
    if not (passed or failed or skipped):
        wrong.append("no test was run at all")
    if strict:
        for name in skipped:
            if name not in reasons:
                wrong.append(f"{name} was skipped and {skips_path} does not list it")
    return passed, failed, skipped, reasons, wrong


def main(arguments):
    options = {argument for argument in arguments if argument.startswith("--")}
    skips_path, *reports = [argument for argument in arguments if argument not in options]
    passed, failed, skipped, reasons, wrong = tally(
        skips_path, [report.split("=", 1) for report in reports],
        "--ci" in options, "--selected" in options)
    for name, words in sorted(skipped.items()):
        print(f"skipped {name}: {reasons.get(name) or words}")
    for name, words in sorted(failed.items()):
        print(f"failed  {name}: {words}")
    for line in wrong:
        print(f"failed  {line}")
    print(f"{passed} passed, {len(failed) + len(wrong)} failed, {len(skipped)} skipped")
    return 1 if failed or wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
