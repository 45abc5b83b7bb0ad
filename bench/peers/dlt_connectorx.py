"""Loads one PostgreSQL table into DuckDB with dlt and its connectorx backend. Arguments: URL TABLE DATABASE-FILE."""

import os
import sys

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"

import dlt  # noqa: E402
from dlt.sources.sql_database import sql_table  # noqa: E402

url, table, database = sys.argv[1:]
url = url.replace("postgresql:", "postgresql+psycopg2:", 1)  # the driver that reads the columns' types
pipeline = dlt.pipeline(
    pipeline_name="bench",
    pipelines_dir=database + ".pipelines",
    destination=dlt.destinations.duckdb(database),
    dataset_name="public",
)
rows = sql_table(credentials=url, table=table, schema="public", backend="connectorx", reflection_level="full")
pipeline.run(rows, write_disposition="replace")
