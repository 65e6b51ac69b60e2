"""Every rule of scripts/check can fail: a tree with one violation of each is refused, each
violation is named by file and line, and the same tree without them passes.
"""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

GOOD_HEADER = """/* Says what it is for. */
#ifndef MATCHD_ENGINE_BASE_GOOD_H
#define MATCHD_ENGINE_BASE_GOOD_H

int good_answer(void);

#endif
"""
GOOD_SOURCE = """#include "engine/base/good.h"

int good_answer(void) {
    return 42;
}
"""
GOOD_SQL = """-- A table of things. Lock: none that anyone waits for. Time: milliseconds.
create table public.things (id uuid primary key);
"""
GOOD = {
    "engine/base/good.h": GOOD_HEADER,
    "engine/base/good.c": GOOD_SOURCE,
    "migrations/20260101000100_things.sql": GOOD_SQL,
    "scripts/good": "#!/bin/sh\nset -eu\necho good\n",
    "tests/good.py": "import sys\n\nsys.exit(0)\n",
}


def function(lines):
    return "int good_answer(void) {\n" + "    good_step();\n" * lines + "}\n"


def definer(settings):
    return ("-- A function. Lock: none. Time: milliseconds.\n"
            "create function f() returns int language sql security definer" + settings +
            " as $$ select 1 $$;\n")


# rule, file, content, what the report must contain
PLANTED = [
    ("format", "engine/base/bad.c", "int  bad ( void ) ;\n", "engine/base/bad.c:1:"),
    ("layering", "engine/base/bad.c", '#include "engine/match/run.h"\n',
     "engine/base/ may not include engine/match/run.h"),
    ("layering", "engine/match/bad.c", '#include "storage/pg_conn.h"\n', "may not include storage"),
    ("layering", "api/wire/bad.c", '#include "engine/match/run.h"\n', "api/wire/ may not include"),
    ("layering", "api/matchctl/bad.c", '#include "api/matchd/front.h"\n', "may not include"),
    ("layering", "api/matchctl/bad.c", '#include "engine/match/run.h"\n', "may not include engine"),
    ("layering", "engine/match/bad.c", "#include <libpq-fe.h>\n", "belongs to storage/ only"),
    ("layering", "storage/bad.c", "#include <zmq.h>\n", "belongs to"),
    ("layering", "engine/kernel/bad.c", "#include <cblas.h>\n", "belongs to engine/kernel/blas.c"),
    ("layering", "engine/match/bad.c", "int f(void) {\n    return (int)time(0);\n}\n",
     "the engine is pure: time()"),
    ("layering", "engine/config/bad.c", 'char *f(void) {\n    return getenv("X");\n}\n',
     "the engine is pure: getenv()"),
    ("layering", "engine/base/bad.c", '#include "good.h"\n', "does not start at the root"),
    ("sizes", "engine/base/bad.c", "int x;\n" * 501, "501 lines, at most 500"),
    ("sizes", "engine/base/bad.h", "int x;\n" * 151, "151 lines, at most 150"),
    ("sizes", "engine/base/bad.c", function(69), "function of 71 lines, at most 70"),
    ("sizes", "engine/base/bad.c", "void f(void) {\n" + "    if (1) {\n" * 4 + "}\n" * 5,
     "engine/base/bad.c:5: nested deeper than 3"),
    ("sizes", "engine/base/bad.c", "int x; /*" + "-" * 90 + "*/\n", "101 columns, at most 100"),
    ("sizes", "migrations/20260101000200_long.sql", "select 1;\n" * 501, "501 lines"),
    ("sizes", "scripts/bad", "#!/bin/sh\nset -e\nf() {\n" + "    :\n" * 69 + "}\n",
     "function of 71 lines"),
    ("sizes", "tests/bad.py", "def f():\n" + "    pass\n" * 70, "function f of 71 lines"),
    ("banned", "engine/base/bad.c", "int f(void) {\n    return atoi(text);\n}\n",
     "engine/base/bad.c:2: atoi() is banned"),
    ("banned", "storage/bad.c", "int f(void) {\n    return sprintf(a, b);\n}\n", "sprintf() is"),
    ("banned", "engine/match/bad.c", "double f(double x) {\n    return exp(x);\n}\n",
     "exp() of libm is not exact"),
    ("words", "engine/base/bad.c", "/* TODO later */\n", "the word TODO"),
    ("words", "README.md", "This part is a stub.\n", "the word stub"),
    ("words", "storage/bad.c", "int x; \n", "whitespace at the end"),
    ("words", "storage/bad.c", "int x;", "no newline"),
    ("words", "storage/bad.c", "int x;\n<<<<<<< ours\n", "conflict mark"),
    ("headers", "storage/bad.h", "/* Guarded wrongly. */\n#ifndef BAD_H\n#define BAD_H\n#endif\n",
     "the guard should be MATCHD_STORAGE_BAD_H"),
    ("headers", "storage/bad.c", "typedef struct thing thing;\n", "typedef of a struct"),
    ("includes", "storage/bad.h", "/* Needs more than it names. */\nuint32_t storage_bad(void);\n",
     "storage/bad.h:2:"),
    ("shell", "scripts/bad", "#!/bin/sh\nset -eu\nrm -rf $1\n", "SC2086"),
    ("shell", "scripts/bad", "#!/bin/sh\necho\n", "no set -e"),
    ("python", "tests/bad.py", "def f(:\n", "syntax"),
    ("python", "tests/bad.py", "import os\n", "os is imported and not used"),
    ("python", "tests/bad.py", "try:\n    pass\nexcept:\n    pass\n", "bare except"),
    ("sql", "migrations/bad.sql", GOOD_SQL, "the name is not"),
    ("sql", "migrations/20260101000100_again.sql", GOOD_SQL, "same version as"),
    ("sql", "migrations/20260101000200_bad.sql", "select 1;\n", "opens with a comment"),
    ("sql", "migrations/20260101000200_bad.sql", "-- Why not.\nselect 1;\n", "which lock"),
    ("sql", "migrations/20260101000200_bad.sql", GOOD_SQL + "drop table public.things;\n",
     ":3: drop table"),
    ("sql", "migrations/20260101000200_bad.sql", GOOD_SQL + "commit;\n", "makes the transaction"),
    ("sql", "migrations/20260101000200_bad.sql", definer(""), "without set search_path"),
    ("sql", "migrations/20260101000200_bad.sql",
     GOOD_SQL + "grant select on public.things to public;\n", "grants to everyone"),
    ("tree", "docs/notes.md", "Notes.\n", "does not belong to the top level"),
    ("tree", "engine/base/util.c", "int x;\n", "named after its noun"),
]


def write(root, files):
    for name, content in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content)
        if name.startswith("scripts/"):
            os.chmod(path, 0o755)


def check(root, *rules, build="build"):
    ran = subprocess.run(
        [os.path.join(ROOT, "scripts/check"), "--root", root, *rules],
        env=dict(os.environ, MATCHD_BUILD=build, CI=""),
        capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def made_files():
    """What generated.txt names: it has to exist."""
    with open(os.path.join(ROOT, "scripts/check.d/generated.txt"), encoding="utf-8") as lines:
        patterns = (line.split("#")[0].strip() for line in lines)
        return {pattern.replace("*", "x"): "made\n" for pattern in patterns if pattern}


def new_tree(top, extra):
    root = tempfile.mkdtemp(dir=top)
    subprocess.run(["git", "init", "-q", root], check=True)
    with open(os.path.join(ROOT, ".clang-format"), encoding="utf-8") as style:
        write(root, {".clang-format": style.read(), **GOOD, **made_files(), **extra})
    return root


def check_symbols(top, wrong):
    """A call upward and an unprefixed name, in archives built for the purpose."""
    root = new_tree(top, {})
    build = os.path.join(root, "build")
    sources = {"engine/base/low.c": "void match_high(void);\nvoid stray(void);\n"
                                    "void stray(void) {\n    match_high();\n}\n",
               "engine/match/match.c": "void match_high(void);\nvoid match_high(void) {\n}\n"}
    write(root, sources)
    os.mkdir(build)
    for library, name in (("matchd_base", "low"), ("matchd_match", "match")):
        source = next(path for path in sources if path.endswith(f"/{name}.c"))
        made = os.path.join(build, f"{name}.c.o")
        subprocess.run(["gcc", "-c", os.path.join(root, source), "-o", made], check=True)
        subprocess.run(["ar", "rc", os.path.join(build, f"lib{library}.a"), made], check=True)
    status, output = check(root, "symbols", build=build)
    for text in ("calls match_high of matchd_match", "exports stray"):
        if status == 0 or text not in output:
            wrong.append(f"symbols: expected a report of {text!r}, got {output!r}")
    if "depth_of" in output:
        wrong.append(f"symbols: a function on a struct of its directory is refused: {output!r}")


def check_unused(top, wrong):
    """An exported function that no other object of the build needs."""
    root = new_tree(top, {})
    build = os.path.join(root, "build")
    made = os.path.join(build, "good.o")
    os.mkdir(build)
    command = f"gcc -I{root} -c {root}/engine/base/good.c -o {made}"
    write(root, {"build/compile_commands.json": json.dumps([
        {"directory": build, "file": f"{root}/engine/base/good.c", "command": command}])})
    status, output = check(root, "unused", build=build)
    if status != 0 or "no whole build" not in output:
        wrong.append(f"unused: half a build is read: {output!r}")
    subprocess.run(command.split(), check=True)
    status, output = check(root, "unused", build=build)
    if status == 0 or "good_answer is called by nobody" not in output:
        wrong.append(f"unused: expected a report of good_answer, got {output!r}")


def main():
    wrong = []
    with tempfile.TemporaryDirectory() as top:
        status, output = check(new_tree(top, {}), build="nowhere")
        if status != 0:
            wrong.append(f"the good tree does not pass: {output}")
        for rule, name, content, text in PLANTED:
            status, output = check(new_tree(top, {name: content}), rule)
            if status == 0 or text not in output:
                wrong.append(f"{rule}: expected {text!r} for {name}, got {output!r}")
        check_symbols(top, wrong)
        check_unused(top, wrong)
        covered = {rule for rule, *_ in PLANTED} | {"symbols", "unused"}
        rules = {name for name in os.listdir(os.path.join(ROOT, "scripts/check.d"))
                 if "." not in name and not name.startswith("__")}
        for rule in sorted(rules - covered):
            wrong.append(f"no violation is planted for the rule {rule}")
    print("\n".join(wrong) or f"{len(PLANTED) + 3} violations seen")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
