"""Fetching whole tables from Lakeport and from Spark's Thrift server over the same rows in Parquet."""

import pathlib
import sys
import tempfile
import time

import pyarrow

from served_workspace import ServedWorkspace
from spark_thrift_server import SparkThriftServer
from warehouse_fetch import fetch
from warehouse_tables import EVENTS4, ORDERS12, PeerFile, scaled

GOAL = 10
ROUNDS = 3
BATCH_ROWS = 100_000


def _fetch_from_spark(cursor, table):
    """impyla's quickest way: columns, not rows; then an Arrow table, which is what ours gives."""
    cursor.arraysize = BATCH_ROWS
    cursor.execute(f"SELECT * FROM {table.name}")
    names = [column[0] for column in cursor.description]
    parts, rows = [], 0
    while rows < table.rows:
        batch = cursor.fetchcbatch()
        columns = [column.values for column in batch.columns]
        parts.append(pyarrow.table([pyarrow.array(values) for values in columns], names=names))
        rows += parts[-1].num_rows
    return pyarrow.concat_tables(parts, promote_options="permissive")


def _seconds(run, rows):
    begin = time.monotonic()
    result = run()
    seconds = time.monotonic() - begin
    if result.num_rows != rows:
        raise RuntimeError(f"{result.num_rows} rows came instead of {rows}")
    return seconds


def spark_rows(options):
    tables = [scaled(EVENTS4, options), scaled(ORDERS12, options)]
    with tempfile.TemporaryDirectory(prefix="lakeport-bench-") as name:
        folder = pathlib.Path(name)
        peer = PeerFile(folder, tables)
        peer.connection.close()
        best = {}
        with ServedWorkspace(options, folder) as workspace:
            peer.load_into(workspace, tables)
            with workspace.connect() as connection, connection.cursor() as cursor:
                for table in tables:
                    best[table.name] = min(_seconds(lambda: fetch(cursor, table), table.rows) for _ in range(ROUNDS))
        with SparkThriftServer(folder) as spark:
            cursor = spark.connection.cursor()
            for table in tables:
                path = peer.parquet(table)
                cursor.execute(f"CREATE TEMPORARY VIEW {table.name} USING parquet OPTIONS (path '{path}')")
                cursor.execute(f"SELECT count(*) FROM {table.name}")
                cursor.fetchall()
                # Once: it takes minutes, and its first fetch is as fast as its second.
                theirs = _seconds(lambda: _fetch_from_spark(cursor, table), table.rows)
                print(f"{table.name} lakeport: {best[table.name]:.3f} s, Spark: {theirs:.1f} s", file=sys.stderr)
                rate = theirs / best[table.name]
                yield {
                    "name": f"{table.name}: rows a second as an Arrow table against Spark Thrift Server",
                    "measured": round(rate, 1),
                    "goal": f">= {GOAL}",
                    "met": rate >= GOAL,
                }
            cursor.close()
