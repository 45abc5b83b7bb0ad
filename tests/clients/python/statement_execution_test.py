"""Statement execution, warehouses, clusters and workspace files through the real databricks-sdk, and
databricks-sql-connector with use_sea=True, against a workspace of ours."""

import base64
import concurrent.futures
import csv
import datetime
import decimal
import importlib.metadata
import io
import json
import os
import pathlib
import sys
import time
import unittest
import urllib.request
import ssl

import pyarrow
from databricks import sql
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import InvalidParameterValue, NotFound, PermissionDenied, ResourceAlreadyExists
from databricks.sdk.service import compute, workspace as workspace_service
from databricks.sdk.service.sql import (
    CreateWarehouseRequestWarehouseType,
    Disposition,
    EndpointTagPair,
    EndpointTags,
    ExecuteStatementRequestOnWaitTimeout,
    Format,
    QueryFilter,
    QueryStatus,
    StatementParameterListItem,
    StatementState,
)

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
from outcomes import Outcomes  # noqa: E402

CONNECTOR = Outcomes("connector_sea", "databricks-sql-connector " + importlib.metadata.version("databricks-sql-connector") + " use_sea")
SDK = Outcomes("sdk", "databricks-sdk " + importlib.metadata.version("databricks-sdk"))


def tearDownModule():
    CONNECTOR.write()
    SDK.write()


TYPES = """SELECT true AS b, CAST(-12 AS TINYINT) AS ti, CAST(300 AS SMALLINT) AS si, CAST(-70000 AS INT) AS i,
  CAST(9223372036854775807 AS BIGINT) AS l, CAST(1.5 AS FLOAT) AS f, CAST(1e10 AS DOUBLE) AS d,
  CAST('-12.50' AS DECIMAL(9,2)) AS dc, DATE'2024-02-29' AS dt, TIMESTAMP'2024-02-29 12:30:00.123456' AS ts,
  'quote " and ü' AS s, CAST(NULL AS INT) AS n"""


def counting(digits):
    """10 to the `digits` rows: 0, 1, 2 … in some order, with a text."""
    units = " UNION ALL ".join(f"SELECT CAST({digit} AS BIGINT) AS x" for digit in range(10))
    total = " + ".join(f"d{place}.x * {10**place}" for place in range(digits))
    tables = ", ".join(f"d AS d{place}" for place in range(digits))
    return f"WITH d AS ({units}) SELECT {total} AS n, 'a text of some length' AS t FROM {tables}"


ENDLESS = f"SELECT count(*) FROM ({counting(12)})"


class WorkspaceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        names = [name for name in os.environ if name.startswith("LAKEPORT_")]
        cls.workspace = {name[len("LAKEPORT_"):].lower(): os.environ[name] for name in names}
        cls.host = cls.workspace["url"]
        os.environ["REQUESTS_CA_BUNDLE"] = cls.workspace["ca_file"]
        cls.client = WorkspaceClient(host=cls.host, token=cls.workspace["token"], auth_type="pat")
        cls.warehouse = cls.workspace["http_path"].rsplit("/", 1)[1]
        cls.other = WorkspaceClient(host=cls.host, token=cls.workspace["robot_token"], auth_type="pat")

    def download(self, link):
        """Without any credential: the link is all."""
        context = ssl.create_default_context(cafile=self.workspace["ca_file"])
        with urllib.request.urlopen(link, context=context) as answer:
            return answer.read()


class StatementTest(WorkspaceTest):
    def execute(self, statement, **options):
        return self.client.statement_execution.execute_statement(statement, self.warehouse, **options)

    def finished(self, statement_id):
        while True:
            answer = self.client.statement_execution.get_statement(statement_id)
            if answer.status.state not in (StatementState.PENDING, StatementState.RUNNING):
                return answer
            time.sleep(0.05)

    @SDK.shows("types", "pat")
    def test_every_type_as_json(self):
        answer = self.execute(TYPES)
        self.assertEqual(answer.status.state, StatementState.SUCCEEDED)
        self.assertEqual(
            answer.result.data_array,
            [["true", "-12", "300", "-70000", "9223372036854775807", "1.5", "1.0E10", "-12.50", "2024-02-29",
              "2024-02-29T12:30:00.123456Z", 'quote " and ü', None]],
        )
        columns = answer.manifest.schema.columns
        self.assertEqual(
            [(c.name, c.position, c.type_name.value, c.type_text) for c in columns],
            [("b", 0, "BOOLEAN", "BOOLEAN"), ("ti", 1, "BYTE", "TINYINT"), ("si", 2, "SHORT", "SMALLINT"),
             ("i", 3, "INT", "INT"), ("l", 4, "LONG", "BIGINT"), ("f", 5, "FLOAT", "FLOAT"), ("d", 6, "DOUBLE", "DOUBLE"),
             ("dc", 7, "DECIMAL", "DECIMAL(9,2)"), ("dt", 8, "DATE", "DATE"), ("ts", 9, "TIMESTAMP", "TIMESTAMP"),
             ("s", 10, "STRING", "STRING"), ("n", 11, "INT", "INT")],
        )
        self.assertEqual((columns[7].type_precision, columns[7].type_scale), (9, 2))
        self.assertEqual(answer.manifest.total_row_count, 1)
        SDK.note("types", "works: a value of each plain type, not their ends")
        self.assertFalse(answer.manifest.truncated)

    @SDK.shows("named")
    def test_parameters(self):
        answer = self.execute(
            "SELECT :a + 1 AS n, :t AS t, :d AS d, :none AS none",
            parameters=[
                StatementParameterListItem(name="a", value="41", type="INT"),
                StatementParameterListItem(name="t", value="it's"),
                StatementParameterListItem(name="d", value="2024-01-02", type="DATE"),
                StatementParameterListItem(name="none", type="STRING"),
            ],
        )
        self.assertEqual(answer.result.data_array, [["42", "it's", "2024-01-02", None]])

    @SDK.shows("errors")
    def test_failed_statement(self):
        answer = self.execute("SELECT * FROM main.default.not_there")
        self.assertEqual(answer.status.state, StatementState.FAILED)
        self.assertIn("TABLE_OR_VIEW_NOT_FOUND", answer.status.error.message)
        self.assertEqual(answer.status.sql_state, "42P01")

    @SDK.shows("ddl", "dml")
    def test_ddl_dml_and_schema_of_the_statement(self):
        self.assertEqual(self.execute("CREATE SCHEMA IF NOT EXISTS main.sea").status.state, StatementState.SUCCEEDED)
        for statement in ["CREATE TABLE t (a INT, b STRING)", "INSERT INTO t VALUES (1, 'x'), (2, NULL)"]:
            answer = self.execute(statement, catalog="main", schema="sea")
            self.assertEqual(answer.status.state, StatementState.SUCCEEDED, answer.status)
        answer = self.execute("SELECT a, b FROM t ORDER BY a", catalog="main", schema="sea")
        self.assertEqual(answer.result.data_array, [["1", "x"], ["2", None]])
        self.assertEqual(self.execute("SELECT a FROM t WHERE a > 9", schema="sea").result.data_array or [], [])

    @SDK.shows("limits")
    def test_limits(self):
        answer = self.execute(counting(4), row_limit=7)
        self.assertEqual(len(answer.result.data_array), 7)
        self.assertTrue(answer.manifest.truncated)
        self.assertFalse(self.execute(counting(1), row_limit=10).manifest.truncated)
        answer = self.execute(counting(5), byte_limit=10_000)
        self.assertTrue(answer.manifest.truncated)
        self.assertLess(answer.manifest.total_row_count, 1_000)
        self.assertGreater(answer.manifest.total_row_count, 50)
        answer = self.execute(counting(6), wait_timeout="50s")
        answer = self.finished(answer.statement_id)
        self.assertEqual(answer.status.state, StatementState.FAILED)
        self.assertIn("EXTERNAL_LINKS", answer.status.error.message)

    @SDK.shows("cancel", "async", "timeout")
    def test_polling_and_cancel(self):
        answer = self.execute(ENDLESS, wait_timeout="0s")
        self.assertIn(answer.status.state, (StatementState.PENDING, StatementState.RUNNING))
        self.client.statement_execution.cancel_execution(answer.statement_id)
        self.assertEqual(self.finished(answer.statement_id).status.state, StatementState.CANCELED)
        answer = self.execute(ENDLESS, wait_timeout="5s", on_wait_timeout=ExecuteStatementRequestOnWaitTimeout.CANCEL)
        self.assertEqual(answer.status.state, StatementState.CANCELED)

    @SDK.shows("links")
    def test_external_links_arrow(self):
        answer = self.execute(
            counting(6), disposition=Disposition.EXTERNAL_LINKS, format=Format.ARROW_STREAM, wait_timeout="50s")
        answer = self.finished(answer.statement_id)
        self.assertGreater(answer.manifest.total_chunk_count, 1)
        self.assertEqual(answer.manifest.total_row_count, 1_000_000)
        seen, index, offset = set(), 0, 0
        result = answer.result
        while True:
            link = result.external_links[0]
            self.assertEqual((link.chunk_index, link.row_offset), (index, offset))
            table = pyarrow.ipc.open_stream(self.download(link.external_link)).read_all()
            self.assertEqual(table.num_rows, link.row_count)
            self.assertEqual(set(table.column("t").to_pylist()), {"a text of some length"})
            seen.update(table.column("n").to_pylist())
            offset += link.row_count
            if link.next_chunk_index is None:
                break
            index = link.next_chunk_index
            result = self.client.statement_execution.get_statement_result_chunk_n(answer.statement_id, index)
        self.assertEqual(seen, set(range(1_000_000)))
        self.assertEqual(index + 1, answer.manifest.total_chunk_count)
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.download(link.external_link[:-1] + ("0" if link.external_link[-1] != "0" else "1"))
        self.assertEqual(refused.exception.code, 403)

    def test_external_links_json_and_csv(self):
        statement = "SELECT 1 AS a, 'x,\"y\"' AS b UNION ALL SELECT 2, NULL ORDER BY a"
        answer = self.execute(statement, disposition=Disposition.EXTERNAL_LINKS, format=Format.JSON_ARRAY)
        link = answer.result.external_links[0].external_link
        self.assertEqual(json.loads(self.download(link)), [["1", 'x,"y"'], ["2", None]])
        answer = self.execute(statement, disposition=Disposition.EXTERNAL_LINKS, format=Format.CSV)
        text = self.download(answer.result.external_links[0].external_link).decode()
        self.assertEqual(list(csv.reader(io.StringIO(text))), [["a", "b"], ["1", 'x,"y"'], ["2", ""]])

    def test_somebody_elses_statement(self):
        mine = self.execute("SELECT 1")
        for call in (self.other.statement_execution.get_statement, self.other.statement_execution.cancel_execution):
            with self.assertRaises(NotFound):
                call(mine.statement_id)
        with self.assertRaises(NotFound):
            self.other.statement_execution.get_statement_result_chunk_n(mine.statement_id, 0)

    def test_bad_requests(self):
        for options in ({"wait_timeout": "3s"}, {"wait_timeout": "soon"}, {"row_limit": 0}, {"format": Format.CSV}):
            with self.assertRaises(InvalidParameterValue, msg=str(options)):
                self.execute("SELECT 1", **options)
        with self.assertRaises(NotFound):
            self.client.statement_execution.execute_statement("SELECT 1", "0123456789abcdef")

    def test_many_at_once(self):
        def one(number):
            return self.execute(f"SELECT {number} AS n").result.data_array

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            self.assertEqual(list(pool.map(one, range(100))), [[[str(number)]] for number in range(100)])

    @SDK.shows("history")
    def test_history(self):
        answer = self.execute("SELECT 'in the history' AS h")
        records = self.client.query_history.list(
            filter_by=QueryFilter(warehouse_ids=[self.warehouse], statuses=[QueryStatus.FINISHED]), max_results=1_000).res
        record = next(r for r in records if r.query_id == answer.statement_id)
        self.assertEqual(record.query_text, "SELECT 'in the history' AS h")
        self.assertEqual(record.user_name, "admin@example.com")
        self.assertEqual(record.rows_produced, 1)
        # CAN_USE shows one's own statements only.
        self.other.statement_execution.execute_statement("SELECT 2", self.warehouse)
        self.assertEqual({r.query_text for r in self.other.query_history.list().res}, {"SELECT 2"})
        first = self.client.query_history.list(max_results=1)
        self.assertTrue(first.has_next_page)
        second = self.client.query_history.list(max_results=1, page_token=first.next_page_token)
        self.assertNotEqual(first.res[0].query_id, second.res[0].query_id)


class SeaConnectorTest(WorkspaceTest):
    def connect(self, **options):
        connection = sql.connect(
            server_hostname=self.workspace["host"],
            port=int(self.workspace["port"]),
            http_path=self.workspace["http_path"],
            access_token=self.workspace["token"],
            _tls_trusted_ca_file=self.workspace["ca_file"],
            enable_telemetry=False,
            use_sea=True,
            **options,
        )
        self.addCleanup(connection.close)
        return connection

    @CONNECTOR.shows("types", "pat")
    def test_types_over_links(self):
        with self.connect().cursor() as cursor:
            cursor.execute(TYPES)
            row = cursor.fetchone()
            self.assertEqual(
                tuple(row)[:9],
                (True, -12, 300, -70000, 9223372036854775807, 1.5, 1e10, decimal.Decimal("-12.50"), datetime.date(2024, 2, 29)))
            self.assertEqual(row[9].replace(tzinfo=None), datetime.datetime(2024, 2, 29, 12, 30, 0, 123456))
            self.assertEqual(tuple(row)[10:], ('quote " and ü', None))
            CONNECTOR.note("types", "works: a value of each plain type, not their ends")
            self.assertIsNone(cursor.fetchone())

    @CONNECTOR.shows("inline")
    def test_inline_json(self):
        with self.connect(use_cloud_fetch=False).cursor() as cursor:
            cursor.execute("SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y' ORDER BY a")
            self.assertEqual([tuple(row) for row in cursor.fetchall()], [(1, "x"), (2, "y")])

    @CONNECTOR.shows("links")
    def test_large_result(self):
        with self.connect().cursor() as cursor:
            cursor.execute(counting(6))
            table = cursor.fetchall_arrow()
            self.assertEqual(sorted(table.column("n").to_pylist()), list(range(1_000_000)))

    def test_hybrid_disposition(self):
        with self.connect(use_hybrid_disposition=True).cursor() as cursor:
            cursor.execute("SELECT 7 AS n")
            self.assertEqual(cursor.fetchall_arrow().to_pydict(), {"n": [7]})
            cursor.execute(counting(6))
            self.assertEqual(cursor.fetchall_arrow().num_rows, 1_000_000)

    @CONNECTOR.shows("ddl", "dml")
    def test_session_keeps_its_schema(self):
        connection = self.connect(session_configuration={"STATEMENT_TIMEOUT": "600", "TIMEZONE": "Europe/Berlin"})
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS main.sea_session")
            cursor.execute("USE SCHEMA sea_session")
            cursor.execute("CREATE OR REPLACE TABLE here AS SELECT 5 AS five")
            cursor.execute("SELECT five FROM here")
            self.assertEqual(cursor.fetchall()[0][0], 5)
            cursor.execute("SELECT five FROM here WHERE five = 6")
            self.assertEqual(cursor.fetchall(), [])

    @CONNECTOR.shows("named", "errors")
    def test_named_parameters_and_errors(self):
        with self.connect().cursor() as cursor:
            cursor.execute("SELECT :a AS a, :b AS b", {"a": 3, "b": "three"})
            self.assertEqual(tuple(cursor.fetchone()), (3, "three"))
            with self.assertRaises(sql.exc.ServerOperationError) as failed:
                cursor.execute("SELECT * FROM main.default.not_there")
            self.assertIn("TABLE_OR_VIEW_NOT_FOUND", str(failed.exception))

    @CONNECTOR.shows("metadata")
    def test_metadata(self):
        with self.connect().cursor() as cursor:
            cursor.execute("CREATE SCHEMA IF NOT EXISTS main.listed")
            cursor.execute("CREATE OR REPLACE TABLE main.listed.seen (id BIGINT NOT NULL, name STRING)")
            cursor.catalogs()
            self.assertIn("main", [row[0] for row in cursor.fetchall()])
            cursor.schemas(catalog_name="main", schema_name="list*")
            self.assertEqual([row[0] for row in cursor.fetchall()], ["listed"])
            cursor.tables(catalog_name="main", schema_name="listed", table_name="see*")
            self.assertEqual([(row[4], row[0], row[1], row[5]) for row in cursor.fetchall()], [("main", "listed", "seen", "TABLE")])
            cursor.columns(catalog_name="main", schema_name="listed", table_name="seen")
            self.assertEqual([row[3] for row in cursor.fetchall()], ["id", "name"])


class WarehousesTest(WorkspaceTest):
    @SDK.shows("warehouses")
    def test_lifecycle(self):
        waiter = self.client.warehouses.create(
            name="sdk made", cluster_size="Small", auto_stop_mins=15, max_num_clusters=2,
            warehouse_type=CreateWarehouseRequestWarehouseType.PRO, enable_serverless_compute=True,
            tags=EndpointTags([EndpointTagPair("team", "a")]))
        made = waiter.result()
        self.assertEqual(made.state.value, "RUNNING")
        self.assertEqual((made.name, made.cluster_size, made.auto_stop_mins, made.max_num_clusters), ("sdk made", "Small", 15, 2))
        self.assertTrue(made.enable_serverless_compute)
        self.assertEqual(made.tags.custom_tags[0].as_dict(), {"key": "team", "value": "a"})
        self.assertEqual(made.odbc_params.path, f"/sql/1.0/warehouses/{made.id}")
        self.assertEqual((made.odbc_params.hostname, made.odbc_params.port), ("localhost", int(self.workspace["port"])))
        self.assertIn(made.odbc_params.path, made.jdbc_url)
        self.assertEqual(made.health.status.value, "HEALTHY")
        self.client.warehouses.edit(made.id, name="renamed", cluster_size="2X-Small").result()
        self.assertEqual(self.client.warehouses.get(made.id).name, "renamed")
        self.assertEqual(self.client.warehouses.get(made.id).auto_stop_mins, 15)
        self.assertEqual(self.client.warehouses.stop(made.id).result().state.value, "STOPPED")
        self.assertEqual(self.client.warehouses.start(made.id).result().state.value, "RUNNING")
        self.assertIn(made.id, [w.id for w in self.client.warehouses.list()])
        with self.assertRaises(ResourceAlreadyExists):
            self.client.warehouses.create(name="renamed", cluster_size="Small")
        with self.assertRaises(InvalidParameterValue):
            self.client.warehouses.create(name="bad", cluster_size="Gigantic")
        # The other one sees the starter warehouse only, and may not change it.
        self.assertEqual([w.id for w in self.other.warehouses.list()], [self.warehouse])
        for call in (lambda: self.other.warehouses.get(made.id), lambda: self.other.warehouses.delete(self.warehouse),
                     lambda: self.other.warehouses.create(name="mine", cluster_size="Small")):
            with self.assertRaises(PermissionDenied):
                call()
        self.client.warehouses.delete(made.id)
        with self.assertRaises(NotFound):
            self.client.warehouses.get(made.id)


class ClustersTest(WorkspaceTest):
    @SDK.shows("clusters")
    def test_lifecycle(self):
        version = self.client.clusters.select_spark_version(long_term_support=True)
        node = self.client.clusters.list_node_types().node_types[0].node_type_id
        policy = self.client.cluster_policies.create(
            name="small", definition=json.dumps({"autotermination_minutes": {"type": "fixed", "value": 30}}))
        made = self.client.clusters.create(
            spark_version=version, cluster_name="interactive", node_type_id=node, num_workers=1,
            policy_id=policy.policy_id, spark_conf={"spark.a": "b"}).result()
        self.assertEqual(made.state, compute.State.RUNNING)
        self.assertEqual((made.cluster_name, made.autotermination_minutes, made.spark_conf), ("interactive", 30, {"spark.a": "b"}))
        with self.assertRaises(InvalidParameterValue):
            self.client.clusters.create(spark_version=version, node_type_id=node, num_workers=1,
                                        policy_id=policy.policy_id, autotermination_minutes=60)
        with self.assertRaises(PermissionDenied):
            self.other.clusters.create(spark_version=version, node_type_id=node, num_workers=1)
        with self.assertRaises(PermissionDenied):
            self.other.clusters.get(made.cluster_id)
        self.assertEqual([c.cluster_id for c in self.client.clusters.list()], [made.cluster_id])
        self.assertEqual(list(self.other.clusters.list()), [])
        self.client.clusters.delete(made.cluster_id).result()
        self.assertEqual(self.client.clusters.get(made.cluster_id).state, compute.State.TERMINATED)
        self.client.clusters.start(made.cluster_id).result()
        events = [event.type.value for event in self.client.clusters.events(made.cluster_id)]
        self.assertEqual(events, ["RUNNING", "STARTING", "TERMINATING", "RUNNING", "STARTING", "CREATING"])
        self.client.clusters.permanent_delete(made.cluster_id)
        self.assertEqual(list(self.client.clusters.list()), [])


class WorkspaceFilesTest(WorkspaceTest):
    @SDK.shows("files")
    def test_notebooks_and_files(self):
        files = self.client.workspace
        files.mkdirs("/Shared/partner/deep")
        source = b"# Databricks notebook source\nprint(1)\n"
        content = base64.b64encode(source).decode()
        files.import_("/Shared/partner/nb", content=content, language=workspace_service.Language.PYTHON,
                      format=workspace_service.ImportFormat.SOURCE)
        status = files.get_status("/Shared/partner/nb")
        self.assertEqual((status.object_type.value, status.language.value), ("NOTEBOOK", "PYTHON"))
        exported = files.export("/Shared/partner/nb", format=workspace_service.ExportFormat.SOURCE)
        self.assertEqual(base64.b64decode(exported.content), source)
        self.assertEqual(sorted(o.path for o in files.list("/Shared/partner")), ["/Shared/partner/deep", "/Shared/partner/nb"])
        with self.assertRaises(ResourceAlreadyExists):
            files.import_("/Shared/partner/nb", content=content, language=workspace_service.Language.PYTHON)
        with self.assertRaises(NotFound):
            files.get_status("/Shared/nothing")
        with self.assertRaises(InvalidParameterValue):
            files.mkdirs("/Shared/../Users")
        with self.assertRaises(PermissionDenied):
            self.other.workspace.mkdirs("/Users/admin@example.com/x")
        with self.assertRaises(InvalidParameterValue):
            files.delete("/Shared/partner")
        files.delete("/Shared/partner", recursive=True)
        self.assertEqual(list(files.list("/Shared")), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
