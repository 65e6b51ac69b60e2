"""matchd-bench measures what it says: JSON with the fields that are promised, the same digest
whatever the threads, the instruction set, the backend and the source, answers checked against the
reference, and arguments that are wrong refused by name.
"""
import json
import os
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

import devenv

BENCH = os.path.join(os.environ["MATCHD_BUILD"], "matchd-bench")
NOW = ["--now", "2026-11-22T09:00:00Z"]
WORLD = ["--people", "900", *NOW, "--metro", "London", "--dim", "24", "--seed", "5"]
QUICK = [*WORLD, "--repeat", "1", "--sample", "20", "--json"]


def bench(*arguments, status=0):
    ran = subprocess.run([BENCH, *arguments], capture_output=True, text=True, timeout=280,
                         check=False)
    assert ran.returncode == status, f"{arguments}: {ran.returncode}\n{ran.stderr}"
    return ran


def report(*arguments):
    return json.loads(bench(*arguments).stdout)


def features():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return {flag for line in file if line.startswith("flags") for flag in line.split()}


def isas():
    found = features()
    return ["ref"] + (["avx2"] if {"avx2", "fma", "bmi2"} <= found else []) + (
        ["avx512"] if {"avx512vbmi", "avx512_vnni", "avx512_bitalg"} <= found else [])


def check_rematch():
    first = report("rematch", *QUICK)
    for key in ("machine", "isa", "blas_core", "seed", "people", "members", "dim", "threads",
                "spent", "rematch_s", "pairs_considered", "pairs_gender", "pairs_eligible",
                "pairs_canonical", "pool_sum", "offers", "population_bytes", "tiles_bytes",
                "resident_bytes", "digest", "checked_viewers"):
        assert key in first, f"rematch --json has no {key}"
    assert first["people"] == 900 and first["dim"] == 24 and first["checked_viewers"] == 20
    assert 0 < first["pool_sum"] <= first["pairs_eligible"] <= 2 * first["pairs_gender"], first
    assert 0 < first["offers"] and 0 < first["rematch_s"], first
    assert set(first["spent"]) == {"source", "view", "tiles", "run"}
    for isa in isas():
        for visual in ("int8", "blas"):
            for threads in ("1", "3"):
                other = report("rematch", *QUICK, "--isa", isa, "--visual", visual,
                               "--threads", threads)
                assert (other["isa"], other["visual"]) == (isa, visual), other
                assert other["digest"] == first["digest"], f"{isa} {visual} {threads}"
                assert other["pool_sum"] == first["pool_sum"], f"{isa} {visual} {threads}"
    exact = report("rematch", *QUICK, "--exact")
    assert exact["digest"] == first["digest"]
    assert report("rematch", *QUICK, "--seed", "6")["digest"] != first["digest"]
    assert report("rematch", *QUICK, "--pairs", "60")["digest"] != first["digest"]
    paranoid = report("rematch", *QUICK, "--paranoid")
    assert paranoid["digest"] == first["digest"] and paranoid["paranoid"], paranoid
    assert paranoid["checked_viewers"] == paranoid["members"], paranoid
    return first


def check_compare(rematch):
    compared = report("compare", *QUICK, "--scaling")
    for key in ("people", "dim", "threads", "isa", "blas_core", "rematch_s", "sgemm_s", "faiss_s",
                "pairs_gender", "pairs_eligible", "pairs_canonical", "pool_sum", "reference_s",
                "rematch_1_s", "sgemm_1_s", "rematch_cpu_s", "sgemm_cpu_s"):
        assert key in compared, f"compare --json has no {key}"
    for key in ("digest", "pairs_gender", "pairs_eligible", "pool_sum"):
        assert compared[key] == rematch[key], key
    # Both directions of every pair; a group that meets itself has everybody with themselves too.
    assert compared["sgemm_dots"] >= 2 * compared["pairs_gender"]
    assert compared["sgemm_dots"] <= 2 * compared["pairs_gender"] + compared["people"]
    assert compared["sgemm_s"] > 0 and compared["sql_s"] is None
    without = report("compare", *QUICK, "--no-faiss")
    assert without["faiss_s"] is None and without["rematch_1_s"] is None
    table = bench("compare", *WORLD, "--repeat", "1", "--sample", "5").stdout
    for word in ("rematch", "sgemm", "FAISS", "reference", "ratio", "checked", "pool_sum"):
        assert word in table, f"no {word} in\n{table}"


def check_preview(directory):
    svg = os.path.join(directory, "preview.svg")
    found = report("preview", *QUICK, "--requests", "60", "--svg", svg)
    for state in ("alone_ms", "busy_ms"):
        wall = found[state]["wall"]
        assert 0 < wall["p50"] <= wall["p90"] <= wall["p99"] <= wall["max"], found
    assert len(ElementTree.parse(svg).getroot()) > 10


def check_scale(directory):
    svg = os.path.join(directory, "scale.svg")
    found = report("scale", *NOW, "--max", "3000", "--repeat", "1", "--dim", "16", "--sample", "5",
                   "--json", "--svg", svg)
    assert [step["people"] for step in found["steps"]] == [1000, 3000], found
    for step in found["steps"]:
        assert step["checked_viewers"] == 5, step
        assert step["rematch_s"] > 0 and step["resident_bytes"] > step["tiles_bytes"] > 0, step
    assert len(ElementTree.parse(svg).getroot()) > 10


def check_kernels():
    found = report("kernels", "--people", "700", "--repeat", "1", "--json")
    assert found["peak"]["read_gb_per_s"] > 0
    wanted = {(dim, isa) for dim in (24, 64, 128, 512) for isa in isas()}
    assert {(row["dim"], row["isa"]) for row in found["rows"]} == wanted
    for row in found["rows"]:
        assert row["pairs_per_s"] > 0, row


def check_database():
    """From the database as from memory; and the SQL statement, which runs on a database only."""
    with devenv.Environment() as env:
        env.run("matchd-bench", "populate", *WORLD, "--viewers", "0")
        source = ["--from-database", "--database", env.env["MATCHD_DATABASE_URL"]]
        loaded = report("compare", *QUICK, *source, "--sql-viewers", "2")
        made = report("rematch", *QUICK)
        assert loaded["source"] == "database" and loaded["sql_s"] > 0, loaded
        for key in ("digest", "pairs_gender", "pairs_eligible", "pool_sum", "people"):
            assert loaded[key] == made[key], key
        read = report("loading", *NOW, *source, "--repeat", "3", "--json")
        assert read["people"] == 900 and read["rounds"] == 3 and read["rows"] > 900 * 20, read
        assert read["ratio_least"] <= read["ratio"] <= read["ratio_most"], read
        assert abs(read["bare_s"] / read["ready_s"] - read["ratio"]) < 1e-3 * read["ratio"], read


def check_refusals():
    for words, arguments in (
            ("--threads: expected a whole number from 1", ["rematch", *QUICK, "--threads", "0"]),
            ("--dim: expected 0, or 2 and more", ["rematch", *QUICK, "--dim", "1"]),
            ("--now is missing", ["compare", "--people", "10"]),
            ("unknown argument more", ["preview", *QUICK, "more"]),
            ("unknown or incomplete argument --nonsense", ["scale", *NOW, "--nonsense"])):
        error = bench(*arguments, status=2).stderr
        assert words in error, error
    assert "sse9" in bench("rematch", *QUICK, "--isa", "sse9", status=1).stderr
    unwritable = ["--svg", "/nonexistent/preview.svg", "--requests", "5"]
    assert "cannot write" in bench("preview", *QUICK, *unwritable, status=1).stderr


def main():
    rematch = check_rematch()
    check_compare(rematch)
    with tempfile.TemporaryDirectory() as directory:
        check_preview(directory)
        check_scale(directory)
    check_kernels()
    check_database()
    check_refusals()


main()
