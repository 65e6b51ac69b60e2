"""`cmake --install` gives what it promises: programs that say their version and find their
libraries, the migrations, and a client library that a stranger's C program builds against.
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

SOURCE, BUILD = os.environ["MATCHD_SOURCE"], os.environ["MATCHD_BUILD"]
CLIENT = """#include <stdio.h>

#include "api/wire/client.h"
#include "api/wire/matchd.pb-c.h"

int main(void) {
    printf("%s\\n", matchd__v1__request__descriptor.name);
    return 0;
}
"""


def run(*command, **settings):
    ran = subprocess.run(command, capture_output=True, text=True, check=False, **settings)
    assert ran.returncode == 0, f"{' '.join(command)}: {ran.stdout}{ran.stderr}"
    return ran.stdout


def version_of_project():
    with open(os.path.join(SOURCE, "CMakeLists.txt"), encoding="utf-8") as file:
        return re.search(r"project\(matchd VERSION (\S+)", file.read())[1]


def check_programs(prefix):
    for name in ("matchd", "matchctl", "matchd-bench"):
        path = os.path.join(prefix, "bin", name)
        said = run(path, "--version")
        assert said.startswith(f"{name} {version_of_project()}"), f"{name} --version: {said!r}"
        assert "not found" not in run("ldd", path), f"{name} misses a library"
        header = run("readelf", "-hldW", path)
        assert "DYN (Position-Independent" in header, f"{name} is not position independent"
        assert "GNU_RELRO" in header and "NOW" in header, f"{name} is not bound at start"


def check_client(prefix, top):
    source, program = os.path.join(top, "client.c"), os.path.join(top, "client")
    with open(source, "w", encoding="utf-8") as file:
        file.write(CLIENT)
    pc = os.path.dirname(glob.glob(f"{prefix}/lib/**/matchd.pc", recursive=True)[0])
    flags = run("pkg-config", "--cflags", "--libs", "matchd",
                env=dict(os.environ, PKG_CONFIG_PATH=pc)).split()
    run("gcc", "-std=c17", source, "-o", program, *flags)
    run(program)


def check_migrate(prefix):
    """The installed script finds what it needs: it gets as far as asking the server."""
    ran = subprocess.run([f"{prefix}/share/matchd/scripts/migrate", "--status",
                          "host=127.0.0.1 port=1 connect_timeout=2"],
                         capture_output=True, text=True, check=False)
    assert "connection to server" in ran.stderr, f"migrate: {ran.stdout}{ran.stderr}"


def main():
    with tempfile.TemporaryDirectory() as top:
        prefix = os.path.join(top, "prefix")
        run("cmake", "--install", BUILD, "--prefix", prefix)
        check_programs(prefix)
        check_client(prefix, top)
        check_migrate(prefix)
        installed = os.listdir(os.path.join(prefix, "share/matchd/migrations"))
        written = [os.path.basename(path) for path in glob.glob(f"{SOURCE}/migrations/*.sql")]
        assert sorted(written) == sorted(installed), f"migrations differ: {installed}"
        assert os.path.exists(os.path.join(prefix, "share/matchd/matchd.proto"))
    print("ok")


if __name__ == "__main__":
    sys.exit(main())
