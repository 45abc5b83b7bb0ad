"""PostgreSQL → DuckDB: Lakeport (direct loader; batch files and SDK destination) beside dlt with connectorx, ADBC and COPY."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from measured_process import measure

BENCH = pathlib.Path(__file__).parent
REPEATS = 3


class PrivatePostgres:
    """A server of our own in a temporary folder, with the sample tables."""

    def __init__(self, folder):
        self.folder = folder / "postgres"
        self.script = BENCH.parent / "scripts" / "private-postgres"

    def __enter__(self):
        subprocess.run([self.script, "start", self.folder], check=True, stdout=subprocess.DEVNULL)
        self.settings = json.loads((self.folder / "connection.json").read_text())
        return self

    def __exit__(self, *_):
        subprocess.run([self.script, "remove", self.folder], check=True, stdout=subprocess.DEVNULL)

    def url(self):
        s = self.settings
        return f"postgresql://{s['user']}:{s['password']}@{s['host']}:{s['port']}/{s['database']}"

    def run(self, sql_file, **variables):
        command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", sql_file, self.url()]
        for name, value in variables.items():
            command[1:1] = ["-v", f"{name}={value}"]
        subprocess.run(command, check=True)


class Runs:
    """The commands that load one table into a fresh DuckDB file."""

    def __init__(self, options, postgres, folder):
        self.options = options
        self.postgres = postgres
        self.folder = folder

    def fresh(self):
        target = self.folder / "target"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        return target

    def peer(self, script, table):
        target = self.fresh()
        return measure([sys.executable, BENCH / "peers" / script, self.postgres.url(), table, target / "peer.duckdb"])

    def lakeport(self, table, *extra, sample_memory=False):
        target = self.fresh()
        s = self.postgres.settings
        source = {k: s[k] for k in ("host", "port", "user", "password", "database")} | {"mode": "snapshot"}
        (target / "source.json").write_text(json.dumps(source))
        (target / "destination.json").write_text(json.dumps({"database": str(target / "lakeport.duckdb")}))
        (target / "selection.yaml").write_text(f"schemas:\n  public:\n    tables:\n      {table}: {{}}\n    include_new_tables: false\ninclude_new_schemas: false\n")
        command = [self.options.build / "bin" / "lakeport", "sync", "--source", "built-in:postgres"]
        command += ["--source-config", target / "source.json", "--destination", "built-in:duckdb"]
        command += ["--destination-config", target / "destination.json", "--state", target / "state.db"]
        command += ["--select", target / "selection.yaml", *extra]
        return measure(command, sample_memory=sample_memory)


def _row(name, measured, goal, met):
    return {"name": name, "measured": measured, "goal": goal, "met": met}


def _at_least(name, value, goal):
    return _row(name, round(value, 2), f">= {goal}", value >= goal)


def _at_most(name, value, goal):
    return _row(name, round(value, 2), f"<= {goal}", value <= goal)


def _table_rows(runs, table, rows, dlt_goal):
    """One table against every peer: the best of some rounds, in each of which everybody runs once."""
    everybody = {
        "copy": lambda: runs.peer("copy_binary.py", table),
        "dlt": lambda: runs.peer("dlt_connectorx.py", table),
        "adbc": lambda: runs.peer("adbc.py", table),
        "lakeport": lambda: runs.lakeport(table),
        "lakeport_sdk": lambda: runs.lakeport(table, "--via-sdk"),
    }
    best = {}
    for _ in range(REPEATS):
        for name, run in everybody.items():
            measurement = run()
            if name not in best or measurement.seconds < best[name].seconds:
                best[name] = measurement
    for name, measurement in best.items():
        print(f"{table} {name}: {measurement.seconds:.2f} s, {measurement.cpu_seconds:.2f} CPU s", file=sys.stderr)

    seconds = {name: measurement.seconds for name, measurement in best.items()}
    yield _at_least(f"{table}: speed against dlt with connectorx", seconds["dlt"] / seconds["lakeport"], dlt_goal)
    yield _at_most(f"{table}: time against binary COPY to /dev/null", seconds["lakeport"] / seconds["copy"], 2)
    yield _at_least(f"{table}: speed against ADBC", seconds["adbc"] / seconds["lakeport"], 1.3)
    yield _at_least(f"{table}: through batch files and the SDK destination, against dlt", seconds["dlt"] / seconds["lakeport_sdk"], 1.5)
    per_cpu = {name: rows / best[name].cpu_seconds for name in ("lakeport", "dlt", "adbc")}
    for peer in ("dlt", "adbc"):
        yield _row(
            f"{table}: rows per client CPU second against {peer}",
            f"{per_cpu['lakeport']:.0f} / {per_cpu[peer]:.0f} = {per_cpu['lakeport'] / per_cpu[peer]:.2f}",
            "> 1",
            per_cpu["lakeport"] > per_cpu[peer],
        )


def postgres_rows(options):
    shrink = 10 if options.quick else 1
    rows12, rows4 = 1_000_000 // shrink, 5_000_000 // shrink
    with tempfile.TemporaryDirectory(prefix="lakeport-bench-") as name:
        folder = pathlib.Path(name)
        with PrivatePostgres(folder) as postgres:
            postgres.run(BENCH / "sample_tables.sql", rows12=rows12, rows4=rows4)
            runs = Runs(options, postgres, folder)
            yield from _table_rows(runs, "orders12", rows12, 3)
            yield from _table_rows(runs, "events4", rows4, 2)
            yield from _memory_rows(runs, postgres, rows12)


def _memory_rows(runs, postgres, rows12):
    small = runs.lakeport("orders12", sample_memory=True).peak_bytes / 1e6
    postgres.run(BENCH / "ten_times.sql", rows=rows12)
    large = runs.lakeport("orders12", sample_memory=True).peak_bytes / 1e6
    yield _at_most("peak memory of our processes together, MB", small, 400)
    yield _at_most("peak memory for 10 times the rows, MB", large, 400)
    yield _at_most("peak memory for 10 times the rows against 1 time", large / small, 1.1)
