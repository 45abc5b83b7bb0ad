"""Fetching whole tables with databricks-sql-connector, beside DuckDB in the same process."""

import pathlib
import sys
import tempfile
import time
import warnings

from served_workspace import ServedWorkspace
from warehouse_tables import EVENTS4, ORDERS12, PeerFile, scaled

ROUNDS = 5
GOAL = 0.7


def fetch(cursor, table):
    cursor.execute(f"SELECT * FROM main.default.{table.name}")
    return cursor.fetchall_arrow()


def check_same(table, ours, peers):
    """Every column of every row; types may differ in how they name UTC."""
    ours, peers = (one.sort_by("id").combine_chunks() for one in (ours, peers))
    if ours.column_names != peers.column_names or ours.num_rows != table.rows:
        raise RuntimeError(f"{table.name}: {ours.num_rows} rows of {ours.column_names}")
    for name in ours.column_names:
        if not ours.column(name).cast(peers.schema.field(name).type).equals(peers.column(name)):
            raise RuntimeError(f"{table.name}.{name} differs from DuckDB's")


def best_of_rounds(ways):
    """The best of some rounds, in each of which everybody runs once, in seconds."""
    best = {}
    for _ in range(ROUNDS):
        for name, run in ways.items():
            begin = time.monotonic()
            result = run()
            seconds = time.monotonic() - begin
            del result
            best[name] = min(seconds, best.get(name, seconds))
    return best


def fetch_rows(options):
    # DuckDB's word that a cursor's way is the slower one: both are measured.
    warnings.filterwarnings("ignore", message="Arrow output on a DB-API result")
    tables = [scaled(EVENTS4, options), scaled(ORDERS12, options)]
    with tempfile.TemporaryDirectory(prefix="lakeport-bench-") as name:
        folder = pathlib.Path(name)
        peer = PeerFile(folder, tables)
        with ServedWorkspace(options, folder) as workspace:
            peer.load_into(workspace, tables)
            with workspace.connect() as connection, connection.cursor() as cursor:
                for table in tables:
                    yield from _table_rows(table, cursor, peer.connection)


def _table_rows(table, cursor, duckdb):
    select = f"SELECT * FROM {table.name}"
    ways = {
        "lakeport": lambda: fetch(cursor, table),
        # The way that DuckDB recommends; the other copies the rows once more.
        "sql().to_arrow_table()": lambda: duckdb.sql(select).to_arrow_table(),
        "execute().to_arrow_table()": lambda: duckdb.execute(select).to_arrow_table(),
    }
    check_same(table, ways["lakeport"](), ways["sql().to_arrow_table()"]())
    best = best_of_rounds(ways)
    for name, seconds in best.items():
        print(f"{table.name} {name}: {seconds:.3f} s", file=sys.stderr)
    for name, seconds in best.items():
        if name == "lakeport":
            continue
        rate = seconds / best["lakeport"]
        yield {
            "name": f"{table.name}: rows a second with fetchall_arrow against DuckDB's {name}",
            "measured": round(rate, 2),
            "goal": f">= {GOAL}",
            "met": rate >= GOAL,
        }
