"""Runs Lakeport's benches. Each row is a ratio within this run (or a size), so that it means the same on any machine."""

import argparse
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from postgres_rows import postgres_rows  # noqa: E402
from warehouse_fetch import fetch_rows  # noqa: E402
from warehouse_queries import query_rows, session_rows  # noqa: E402
from warehouse_serve import serve_rows  # noqa: E402
from warehouse_spark import spark_rows  # noqa: E402


def program_rows(program):
    """Rows of a bench program of ours: it prints one JSON object a line."""

    def rows(options):
        output = subprocess.run(
            [options.build / "bin" / program, "--json"], stdout=subprocess.PIPE, check=True, text=True
        ).stdout
        for line in output.splitlines():
            yield json.loads(line)

    return rows


BENCHES = {
    "decode": program_rows("bench_decode"),
    "encode": program_rows("bench_encode"),
    "fetch": fetch_rows,
    "hub": program_rows("bench_hub"),
    "merge": program_rows("bench_merge"),
    "postgres": postgres_rows,
    "queries": query_rows,
    "serve": serve_rows,
    "sessions": session_rows,
    "spark": spark_rows,
    "translate": program_rows("bench_translate"),
}


def main():
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(BENCHES)} (default: all)")
    parser.add_argument("--json", action="store_true", help="one JSON object a row")
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows: a smoke test, not a measurement")
    parser.add_argument("--build", type=pathlib.Path, default=pathlib.Path("build/release"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.build = options.build.resolve()
    unknown = [name for name in options.names if name not in BENCHES]
    if unknown:
        parser.error(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}")

    missed = 0
    for name in options.names or BENCHES:
        for row in BENCHES[name](options):
            missed += not row["met"]
            if options.json:
                print(json.dumps(row), flush=True)
            else:
                mark = "met   " if row["met"] else "MISSED"
                print(f"{mark}  {row['name']}: {row['measured']} (goal {row['goal']})", flush=True)
    if not options.json:
        print(f"{missed} of the goals missed" if missed else "all goals met")


if __name__ == "__main__":
    main()
