"""The real databricks-sql-connector against a workspace of ours: nothing but host, port and certificate is special.

Takes the program that serves a workspace (serve_workspace) as its first argument.
"""

import datetime
import decimal
import json
import subprocess
import sys
import threading
import time
import unittest

import pyarrow
from databricks import sql
from databricks.sql.exc import DatabaseError, RequestError, ServerOperationError

SERVER = sys.argv.pop(1)


def counting(digits):
    """10 to the `digits` rows: 0, 1, 2 … in some order, with a text."""
    units = " UNION ALL ".join(f"SELECT {digit} AS x" for digit in range(10))
    total = " + ".join(f"d{place}.x * {10**place}" for place in range(digits))
    tables = ", ".join(f"d AS d{place}" for place in range(digits))
    return f"WITH d AS ({units}) SELECT {total} AS n, 'a text of some length' AS t FROM {tables}"


class ConnectorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.process = subprocess.Popen([SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.workspace = json.loads(cls.process.stdout.readline())

    @classmethod
    def tearDownClass(cls):
        cls.process.stdin.close()
        cls.process.stdout.close()
        assert cls.process.wait(30) == 0

    def connect(self, **options):
        # Telemetry asks port 443, whatever the port of the workspace is.
        connection = sql.connect(
            server_hostname=self.workspace["host"],
            port=self.workspace["port"],
            http_path=options.pop("http_path", self.workspace["http_path"]),
            access_token=options.pop("access_token", self.workspace["token"]),
            _tls_trusted_ca_file=self.workspace["ca_file"],
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

    def test_two_columns_of_one_name(self):
        self.assertEqual([tuple(row) for row in self.rows("SELECT 1 AS a, 2 AS a")], [(1, 2)])

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

    def test_statements_that_run_on_their_own(self):
        with self.connect().cursor() as cursor:
            cursor.execute_async(counting(3))
            while cursor.is_query_pending():
                time.sleep(0.05)
            cursor.get_async_execution_result()
            self.assertEqual(len(cursor.fetchall()), 1_000)

    def test_metadata(self):
        with self.connect().cursor() as cursor:
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
