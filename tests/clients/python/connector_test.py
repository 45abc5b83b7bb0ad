"""The real databricks-sql-connector against a workspace of ours: nothing but host, port and certificate is special."""

import datetime
import decimal
import importlib.metadata
import math
import os
import pathlib
import sys
import threading
import time
import unittest

import pyarrow
from databricks import sql
from databricks.sdk.core import Config, oauth_service_principal
from databricks.sql.exc import DatabaseError, RequestError, ServerOperationError

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from outcomes import Outcomes  # noqa: E402

OUTCOMES = Outcomes("connector", "databricks-sql-connector " + importlib.metadata.version("databricks-sql-connector"))
WORKSPACE = {name[len("LAKEPORT_"):].lower(): value for name, value in os.environ.items() if name.startswith("LAKEPORT_")}
# The SDK, which signs in with client credentials, takes the certificate from here.
os.environ["REQUESTS_CA_BUNDLE"] = WORKSPACE["ca_file"]


def tearDownModule():
    OUTCOMES.write()


def counting(digits):
    """10 to the `digits` rows: 0, 1, 2 … in some order, with a text."""
    units = " UNION ALL ".join(f"SELECT {digit} AS x" for digit in range(10))
    total = " + ".join(f"d{place}.x * {10**place}" for place in range(digits))
    tables = ", ".join(f"d AS d{place}" for place in range(digits))
    return f"WITH d AS ({units}) SELECT {total} AS n, 'a text of some length' AS t FROM {tables}"


class ConnectorTest(unittest.TestCase):
    def connect(self, **options):
        # Telemetry asks port 443, whatever the port of the workspace is.
        if "credentials_provider" not in options:
            options.setdefault("access_token", WORKSPACE["token"])
        options.setdefault("http_path", WORKSPACE["http_path"])
        connection = sql.connect(
            server_hostname=WORKSPACE["host"],
            port=int(WORKSPACE["port"]),
            _tls_trusted_ca_file=WORKSPACE["ca_file"],
            enable_telemetry=False,
            **options,
        )
        self.addCleanup(connection.close)
        return connection

    def rows(self, statement, parameters=None, **options):
        with self.connect(**options).cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()

    def test_values_and_their_description(self):
        with self.connect().cursor() as cursor:
            cursor.execute("SELECT 1 AS a, 'x' AS b, 1.25 AS c, NULL AS d")
            self.assertEqual([tuple(row) for row in cursor.fetchall()], [(1, "x", decimal.Decimal("1.25"), None)])
            self.assertEqual([column[0] for column in cursor.description], ["a", "b", "c", "d"])
            self.assertEqual([column[1] for column in cursor.description[:3]], ["int", "string", "decimal"])
            self.assertEqual(cursor.description[2][4:6], (3, 2))

    @OUTCOMES.shows("pat")
    def test_a_personal_access_token(self):
        self.assertEqual([tuple(row) for row in self.rows("SELECT current_user() AS me")], [("admin@example.com",)])

    @OUTCOMES.shows("m2m")
    def test_oauth_with_client_credentials(self):
        def provider(secret):
            return lambda: oauth_service_principal(
                Config(host=WORKSPACE["url"], client_id=WORKSPACE["robot"], client_secret=secret, auth_type="oauth-m2m"))

        rows = self.rows("SELECT current_user() AS me", credentials_provider=provider(WORKSPACE["robot_secret"]))
        self.assertEqual([tuple(row) for row in rows], [(WORKSPACE["robot"],)])
        with self.assertRaises(Exception) as refused:
            self.connect(credentials_provider=provider("dose" + 32 * "0"))
        self.assertIn("invalid_client", str(refused.exception))

    @OUTCOMES.shows("ddl")
    def test_tables_and_views_are_made_changed_and_dropped(self):
        with self.connect().cursor() as cursor:
            cursor.execute("CREATE SCHEMA main.made")
            cursor.execute("CREATE TABLE main.made.goods (id BIGINT NOT NULL COMMENT 'the key', name STRING) COMMENT 'things'")
            cursor.execute("ALTER TABLE main.made.goods ADD COLUMNS (price DECIMAL(10,2))")
            cursor.execute("CREATE VIEW main.made.cheap AS SELECT id FROM main.made.goods WHERE price < 10")
            cursor.execute("DESCRIBE TABLE main.made.goods")
            self.assertEqual(
                [tuple(row) for row in cursor.fetchall()],
                [("id", "bigint", "the key"), ("name", "string", None), ("price", "decimal(10,2)", None)])
            cursor.execute("DROP SCHEMA main.made CASCADE")
            with self.assertRaises(ServerOperationError):
                cursor.execute("SELECT * FROM main.made.goods")

    @OUTCOMES.shows("dml")
    def test_rows_are_changed(self):
        with self.connect().cursor() as cursor:
            cursor.execute("CREATE SCHEMA main.changed")
            cursor.execute("USE main.changed")
            cursor.execute("CREATE TABLE stock (id INT, n INT)")
            cursor.execute("INSERT INTO stock VALUES (1, 10), (2, 20), (3, 30)")
            self.assertEqual(cursor.fetchall()[0].num_affected_rows, 3)
            cursor.execute("UPDATE stock SET n = n + 1 WHERE id > 1")
            self.assertEqual(cursor.fetchall()[0].num_affected_rows, 2)
            cursor.execute("DELETE FROM stock WHERE id = 3")
            self.assertEqual(cursor.fetchall()[0].num_affected_rows, 1)
            cursor.execute(
                "MERGE INTO stock AS t USING (SELECT 2 AS id, 99 AS n UNION ALL SELECT 4, 40) AS s ON t.id = s.id "
                "WHEN MATCHED THEN UPDATE SET n = s.n WHEN NOT MATCHED THEN INSERT *")
            self.assertEqual(tuple(cursor.fetchall()[0]), (2, 1, 0, 1))
            cursor.executemany("INSERT INTO stock VALUES (?, ?)", [(5, 50), (6, 60)])
            cursor.execute("SELECT * FROM stock ORDER BY id")
            self.assertEqual([tuple(row) for row in cursor.fetchall()], [(1, 10), (2, 99), (4, 40), (5, 50), (6, 60)])

    @OUTCOMES.shows("types", "nested")
    def test_every_type_at_its_ends_and_null(self):
        with self.connect().cursor() as cursor:
            cursor.execute("CREATE SCHEMA main.types")
            for statement in (pathlib.Path(__file__).parents[1] / "types.sql").read_text().split(";\n"):
                if statement.strip():
                    cursor.execute(statement)
            cursor.execute("SELECT * FROM main.types.every ORDER BY k")
            high, low, none, _ = [list(row)[:14] for row in cursor.fetchall()]
            kinds = [column[1] for column in cursor.description]
            cursor.execute("SELECT a, m, st, deep FROM main.types.every WHERE k < 4 ORDER BY k")
            nested = cursor.fetchall_arrow().to_pylist()
            # As rows the connector turns NaN into None.
            cursor.execute("SELECT f, d FROM main.types.every WHERE k = 4")
            odd = cursor.fetchall_arrow().to_pylist()[0]
        self.assertEqual(
            kinds, ["int", "boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "decimal", "string", "binary", "date",
                    "timestamp", "timestamp", "array", "map", "struct", "array"])
        utc, largest = datetime.timezone.utc, decimal.Decimal("9999999999999999999999999999.9999999999")
        single, double = 3.4028234663852886e38, sys.float_info.max
        self.assertEqual(high, [
            1, True, 127, 32767, 2**31 - 1, 2**63 - 1, single, double, largest, "äöü €😀 \"quoted\" \\ it's", b"\x00\xff\x10",
            datetime.date(9999, 12, 31), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, utc),
            datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)])
        self.assertEqual(low, [
            2, False, -128, -32768, -(2**31), -(2**63), -single, -double, largest.copy_negate(), "", b"", datetime.date(1, 1, 1),
            datetime.datetime(1, 1, 1, tzinfo=utc), datetime.datetime(1, 1, 1)])
        self.assertEqual(none, [3] + 13 * [None])
        self.assertEqual(nested, [
            {"a": [1, None, 3], "m": [("a", 1), ("b", None)], "st": {"p": 1, "q": "x"}, "deep": [{"k": "y", "v": [1, 2**63 - 1]}]},
            {"a": [], "m": [], "st": {"p": None, "q": None}, "deep": []},
            {"a": None, "m": None, "st": None, "deep": None}])
        self.assertTrue(math.isnan(odd["f"]) and odd["d"] == math.inf)

    @OUTCOMES.shows("intervals")
    def test_intervals_come_as_text(self):
        self.assertEqual([tuple(row) for row in self.rows("SELECT INTERVAL '1' DAY AS d")], [("1 day",)])

    @OUTCOMES.shows("timeout")
    def test_a_statement_takes_too_long(self):
        with self.connect(session_configuration={"STATEMENT_TIMEOUT": "1"}).cursor() as cursor:
            with self.assertRaises(DatabaseError) as ended:
                cursor.execute(f"SELECT sum(a.n) AS s FROM ({counting(6)}) AS a, ({counting(6)}) AS b")
        self.assertIn("57KD0", str(ended.exception))

    @OUTCOMES.shows("grants")
    def test_somebody_else_sees_what_is_granted(self):
        with self.connect().cursor() as cursor:
            for statement in ("CREATE SCHEMA main.others", "CREATE TABLE main.others.secret (a INT)", "CREATE TABLE main.others.shared (a INT)",
                              "INSERT INTO main.others.shared VALUES (1)"):
                cursor.execute(statement)
            for grant in ("USE CATALOG ON CATALOG main", "USE SCHEMA ON SCHEMA main.others", "SELECT ON TABLE main.others.shared"):
                cursor.execute(f"GRANT {grant} TO `{WORKSPACE['robot']}`")
        with self.connect(access_token=WORKSPACE["robot_token"]).cursor() as cursor:
            cursor.execute("SELECT a FROM main.others.shared")
            self.assertEqual([tuple(row) for row in cursor.fetchall()], [(1,)])
            with self.assertRaisesRegex(ServerOperationError, "SQLSTATE: 42"):
                cursor.execute("SELECT a FROM main.others.secret")
            with self.assertRaisesRegex(ServerOperationError, "42501"):
                cursor.execute("INSERT INTO main.others.shared VALUES (2)")
            tables = cursor.tables(catalog_name="main", schema_name="others").fetchall()
            self.assertEqual([row.TABLE_NAME for row in tables], ["shared"])

    @OUTCOMES.shows("staging", "transactions")
    def test_what_is_not_there(self):
        with self.assertRaisesRegex(ServerOperationError, "UNSUPPORTED_FEATURE"):
            self.rows("PUT '/tmp/a' INTO '/Volumes/main/default/v/a'", staging_allowed_local_path="/tmp")
        OUTCOMES.note("staging", "not supported: volumes are names and rights only, they hold no files yet")
        with self.assertRaises(DatabaseError):
            self.connect(ignore_transactions=False).autocommit = False
        OUTCOMES.note("transactions", "not supported: each statement is a transaction of its own")

    def test_two_columns_of_one_name(self):
        self.assertEqual([tuple(row) for row in self.rows("SELECT 1 AS a, 2 AS a")], [(1, 2)])

    @OUTCOMES.shows("named", "positional")
    def test_parameters_of_every_type(self):
        values = {
            "int": 41,
            "big": 2**40,
            "text": "it's \"quoted\" ü",
            "number": 1.5,
            "exact": decimal.Decimal("12345.678"),
            "yes": True,
            "day": datetime.date(2024, 5, 17),
            "nothing": None,
        }
        columns = ", ".join(f":{name} AS {name}" for name in values)
        row = self.rows(f"SELECT {columns}", values)[0]
        self.assertEqual(row.asDict(), values)
        markers = ", ".join(f"? AS c{place}" for place in range(len(values)))
        self.assertEqual(list(self.rows(f"SELECT {markers}", list(values.values()))[0]), list(values.values()))

    def test_moments(self):
        moment = datetime.datetime(2024, 5, 17, 9, 30, 0, 125000, tzinfo=datetime.timezone.utc)
        self.assertEqual(self.rows("SELECT :m AS m", {"m": moment})[0].m, moment)

    def check_large(self, **options):
        with self.connect(**options).cursor() as cursor:
            cursor.execute(counting(6))
            table = cursor.fetchall_arrow()
        self.assertEqual(table.num_rows, 1_000_000)
        self.assertEqual(sorted(table.column("n").to_pylist()), list(range(1_000_000)))
        self.assertEqual(table.column("t").unique().to_pylist(), ["a text of some length"])

    @OUTCOMES.shows("links", "inline")
    def test_large_results_by_link_and_inline_compressed_or_not(self):
        for links in (True, False):
            for lz4 in (True, False):
                with self.subTest(links=links, lz4=lz4):
                    self.check_large(use_cloud_fetch=links, enable_query_result_lz4_compression=lz4)

    def test_fetching_in_parts(self):
        with self.connect().cursor() as cursor:
            cursor.execute(counting(5))
            seen = [row.n for row in cursor.fetchmany(7)] + [cursor.fetchone().n]
            while part := cursor.fetchmany_arrow(33_333):
                if part.num_rows == 0:
                    break
                seen += part.column("n").to_pylist()
        self.assertEqual(sorted(seen), list(range(100_000)))

    def test_older_arrow_types_are_text(self):
        options = {"_use_arrow_native_decimals": False, "_use_arrow_native_timestamps": False}
        with self.connect(**options).cursor() as cursor:
            cursor.execute("SELECT 1.25 AS c")
            self.assertEqual(cursor.fetchall_arrow().column("c").to_pylist(), [decimal.Decimal("1.25")])

    @OUTCOMES.shows("errors")
    def test_errors_are_the_clients_own(self):
        with self.assertRaises(ServerOperationError) as caught:
            self.rows("SELECT * FROM nowhere")
        self.assertIn("[TABLE_OR_VIEW_NOT_FOUND]", str(caught.exception))
        self.assertIn("42P01", str(caught.exception))
        with self.assertRaises(RequestError) as caught:
            self.connect(access_token="dapi" + 32 * "0")
        self.assertIn("token", str(caught.exception))
        with self.assertRaises(RequestError) as caught:
            self.connect(http_path="/sql/1.0/warehouses/0123456789abcdef")
        self.assertIn("0123456789abcdef", str(caught.exception))

    @OUTCOMES.shows("cancel")
    def test_a_running_statement_is_cancelled_and_its_cursor_goes_on(self):
        with self.connect().cursor() as cursor:
            cancelled = threading.Event()

            def cancel():
                # Until the statement has its handle there is nothing to cancel.
                while cursor.active_command_id is None:
                    time.sleep(0.05)
                cursor.cancel()
                cancelled.set()

            thread = threading.Thread(target=cancel)
            thread.start()
            with self.assertRaises(DatabaseError) as caught:
                more = "".join(f", d AS e{place}" for place in range(6))
                cursor.execute(f"SELECT sum(n) AS s FROM ({counting(6)}{more}) AS t")
            thread.join()
            self.assertTrue(cancelled.is_set())
            self.assertIn("OPERATION_CANCELED", str(caught.exception))
            cursor.execute("SELECT 7 AS a")
            self.assertEqual(cursor.fetchone().a, 7)

    @OUTCOMES.shows("async")
    def test_statements_that_run_on_their_own(self):
        with self.connect().cursor() as cursor:
            cursor.execute_async(counting(3))
            while cursor.is_query_pending():
                time.sleep(0.05)
            cursor.get_async_execution_result()
            self.assertEqual(len(cursor.fetchall()), 1_000)

    @OUTCOMES.shows("metadata")
    def test_metadata(self):
        with self.connect().cursor() as cursor:
            cursor.execute("CREATE SCHEMA main.listed")
            cursor.execute("CREATE TABLE main.listed.seen (id BIGINT NOT NULL, name STRING COMMENT 'its name')")
            tables = cursor.tables(catalog_name="main", schema_name="listed").fetchall()
            self.assertEqual([(row.TABLE_SCHEM, row.TABLE_NAME, row.TABLE_TYPE) for row in tables], [("listed", "seen", "TABLE")])
            columns = cursor.columns(catalog_name="main", schema_name="listed", table_name="seen").fetchall()
            self.assertEqual([(row.COLUMN_NAME, row.TYPE_NAME, row.REMARKS) for row in columns], [("id", "BIGINT", ""), ("name", "STRING", "its name")])
            self.assertIn("main", [row.TABLE_CAT for row in cursor.catalogs().fetchall()])
            schemas = cursor.schemas(catalog_name="main").fetchall()
            self.assertIn(("default", "main"), [tuple(row) for row in schemas])
            self.assertEqual(cursor.tables(catalog_name="main", table_name="no\\_such%").fetchall(), [])
            self.assertEqual(cursor.columns(catalog_name="main", table_name="none").fetchall(), [])
            names = [column[0] for column in cursor.description]
            self.assertEqual(names[:6], ["TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME", "DATA_TYPE", "TYPE_NAME"])

    def test_an_empty_result_has_its_columns(self):
        with self.connect().cursor() as cursor:
            cursor.execute("SELECT a FROM (SELECT 1 AS a) AS t WHERE a > 1")
            table = cursor.fetchall_arrow()
        self.assertEqual(table.num_rows, 0)
        self.assertEqual(table.schema.names, ["a"])
        self.assertTrue(pyarrow.types.is_int32(table.schema.field("a").type))


if __name__ == "__main__":
    unittest.main(verbosity=2)
