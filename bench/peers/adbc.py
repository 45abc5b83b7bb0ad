"""Loads one PostgreSQL table into DuckDB with ADBC's C++ driver: no keys, no checkpoints. Arguments: URL TABLE FILE."""

import sys

import adbc_driver_postgresql.dbapi
import duckdb

url, table, database = sys.argv[1:]
with adbc_driver_postgresql.dbapi.connect(url) as source, source.cursor() as cursor:
    cursor.execute(f'SELECT * FROM public."{table}"')
    rows = cursor.fetch_record_batch()  # noqa: F841 - DuckDB finds it by name
    with duckdb.connect(database) as target:
        target.execute(f'CREATE TABLE "{table}" AS SELECT * FROM rows')
