"""The rows that SQL clients fetch: the same in a DuckDB file, in Parquet files and in a workspace."""

import dataclasses

import duckdb


@dataclasses.dataclass
class Table:
    name: str
    rows: int
    databricks_columns: str
    query: str  # DuckDB's; {rows} is the number of rows


EVENTS4 = Table(
    "events4",
    5_000_000,
    "id BIGINT, kind INT, value DOUBLE, happened_at TIMESTAMP",
    """
SELECT i::BIGINT AS id, (i % 97)::INTEGER AS kind, ((i % 9973) * 0.5)::DOUBLE AS value,
       TIMESTAMPTZ '2020-01-01 00:00:00Z' + to_seconds(i) AS happened_at
FROM range(1, {rows} + 1) AS rows(i)""",
)

ORDERS12 = Table(
    "orders12",
    1_000_000,
    "id BIGINT, customer_id INT, status STRING, amount DECIMAL(12, 2), quantity SMALLINT, price DOUBLE, paid BOOLEAN, "
    "ordered_on DATE, created_at TIMESTAMP, updated_at TIMESTAMP_NTZ, email STRING, note STRING",
    """
SELECT i::BIGINT AS id, ((i * 7919) % 100003)::INTEGER AS customer_id,
       (['new', 'paid', 'shipped', 'returned'])[1 + i % 4] AS status,
       (((i * 31) % 1000000) / 100.0)::DECIMAL(12, 2) AS amount, (i % 1000)::SMALLINT AS quantity,
       ((i % 10007) * 1.25 + 0.001)::DOUBLE AS price, CASE WHEN i % 11 <> 0 THEN i % 3 = 0 END AS paid,
       DATE '2020-01-01' + (i % 2000)::INTEGER AS ordered_on,
       TIMESTAMPTZ '2020-01-01 00:00:00Z' + to_seconds(i * 7) + to_microseconds(i % 1000000) AS created_at,
       TIMESTAMP '2021-01-01' + to_seconds(i * 5) AS updated_at,
       'customer' || ((i * 7919) % 100003) || '@example.com' AS email,
       CASE WHEN i % 5 <> 0 THEN 'order number ' || i || ' of a customer who likes text' END AS note
FROM range(1, {rows} + 1) AS rows(i)""",
)


def scaled(table, options):
    """A tenth of the rows when the run is only to see that the benches work."""
    return dataclasses.replace(table, rows=table.rows // 10) if options.quick else table


class PeerFile:
    """A DuckDB file with the tables, and a Parquet file of each beside it."""

    def __init__(self, folder, tables):
        self.folder = folder
        self.connection = duckdb.connect(folder / "peer.duckdb")
        self.connection.execute("SET TimeZone = 'UTC'")
        for table in tables:
            self.connection.execute(f"CREATE TABLE {table.name} AS {table.query.format(rows=table.rows)}")
            self.connection.execute(f"COPY {table.name} TO '{self.parquet(table)}' (FORMAT parquet)")
        self.connection.execute("CHECKPOINT")

    def parquet(self, table):
        (self.folder / "parquet").mkdir(exist_ok=True)
        return self.folder / "parquet" / f"{table.name}.parquet"

    def load_into(self, workspace, tables):
        location = {"name": "bench", "url": f"file://{self.folder / 'parquet'}", "skip_validation": True}
        workspace.post("/api/2.1/unity-catalog/external-locations", location)
        for table in tables:
            workspace.load(table.name, table.databricks_columns, self.parquet(table))
