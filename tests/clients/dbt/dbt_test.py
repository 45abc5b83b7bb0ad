"""dbt with the real dbt-databricks against a workspace of ours: the project beside this file, from its first run to its documentation.

The tests are one story and run in the order of their names.
"""

import importlib.metadata
import json
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
from outcomes import Outcomes  # noqa: E402

# Both are read when the clients' modules are: nothing but the certificate is special.
os.environ["REQUESTS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"] = os.environ["LAKEPORT_CA_FILE"]
os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"

from databricks import sql  # noqa: E402
from dbt.cli.main import dbtRunner  # noqa: E402

OUTCOMES = Outcomes("dbt", "dbt-databricks " + importlib.metadata.version("dbt-databricks"))
LATER_CUSTOMERS = "id,name,country\n1,Ada,DE\n2,Béla,AT\n3,\"Chloe, the third\",FR\n5,Dora,HU\n"
LATER_ORDERS = "id,customer,amount,at\n13,3,1.99,2024-01-04 23:59:59\n14,5,5.00,2024-02-01 00:00:00\n"


def tearDownModule():
    OUTCOMES.write()


class DbtTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.project = pathlib.Path(cls.folder.name) / "project"
        shutil.copytree(HERE / "project", cls.project)
        cls.connection = sql.connect(
            server_hostname=os.environ["LAKEPORT_HOST"], http_path=os.environ["LAKEPORT_HTTP_PATH"],
            access_token=os.environ["LAKEPORT_TOKEN"], _tls_trusted_ca_file=os.environ["LAKEPORT_CA_FILE"])

    @classmethod
    def tearDownClass(cls):
        cls.connection.close()
        cls.folder.cleanup()

    def rows(self, statement):
        with self.connection.cursor() as cursor:
            cursor.execute(statement)
            return sorted(tuple(row) for row in cursor.fetchall())

    def dbt(self, *command):
        """The result, and each node's status."""
        places = ["--project-dir", str(self.project), "--profiles-dir", str(self.project)]
        answer = dbtRunner().invoke([*command, *places, "--quiet"])
        results = getattr(answer.result, "results", None) or []
        return answer, {result.node.name: str(result.status) for result in results if getattr(result, "node", None)}

    def succeed(self, *command):
        answer, nodes = self.dbt(*command)
        messages = [result.message for result in getattr(answer.result, "results", None) or [] if getattr(result, "message", None)]
        self.assertTrue(answer.success, (command, answer.exception, nodes, messages))
        return nodes

    def fail_with(self, text, *command):
        answer, _ = self.dbt(*command)
        self.assertFalse(answer.success, command)
        messages = [result.message or "" for result in getattr(answer.result, "results", None) or []] or [str(answer.exception)]
        self.assertTrue(any(text in message for message in messages), messages)

    @OUTCOMES.shows("pat")
    def test_01_debug(self):
        self.succeed("debug")

    @OUTCOMES.shows("seed", "types")
    def test_02_seed(self):
        self.assertEqual(set(self.succeed("seed").values()), {"success"})
        self.assertEqual(
            self.rows("SELECT * FROM main.shop.raw_customers"),
            [(1, "Ada", "DE"), (2, "Béla", "HU"), (3, "Chloe, the third", "FR"), (4, None, "DE")])
        described = {name: kind for name, kind, _ in self.rows("DESCRIBE main.shop.raw_orders")}
        self.assertEqual(described, {"id": "bigint", "customer": "int", "amount": "decimal(10,2)", "at": "timestamp"})

    @OUTCOMES.shows("table", "view", "ephemeral", "incremental", "function")
    def test_03_first_run(self):
        nodes = self.succeed("build", "--exclude-resource-type", "seed", "--exclude-resource-type", "snapshot")
        self.assertEqual(set(nodes.values()), {"success", "pass"})
        totals = [(number, name, count, str(total)) for number, name, count, total in self.rows("SELECT * FROM main.shop.customer_totals")]
        self.assertEqual(totals, [(1, "Ada", 2, "19.75"), (2, "Béla", 1, "100.00"), (3, "Chloe, the third", 1, "0.99"), (4, "unknown", 0, "0.00")])
        self.assertEqual(self.rows("SELECT name FROM main.shop.stg_customers WHERE customer_id = 4"), [("unknown",)])
        self.assertEqual([str(total) for _, total in self.rows("SELECT * FROM main.shop.recent_totals")], ["7.25", "100.00", "0.99"])
        self.assertEqual(self.rows("SELECT * FROM main.shop.twice_totals"), [(1, 22), (2, 24), (3, 26)])
        for table in ("order_log", "order_appends", "order_overwrites", "order_deletes"):
            self.assertEqual([row[0] for row in self.rows(f"SELECT id FROM main.shop.{table}")], [10, 11, 12, 13], table)

    @OUTCOMES.shows("tests", "unit_tests")
    def test_04_tests(self):
        nodes = self.succeed("test")
        self.assertEqual((len(nodes), set(nodes.values())), (9, {"pass"}))

    @OUTCOMES.shows("contract", "keys")
    def test_05_contract_and_keys(self):
        keys = self.rows("SELECT constraint_name, column_name FROM main.information_schema.key_column_usage WHERE table_name = 'constrained'")
        self.assertEqual(keys, [("constrained_key", "id")])

    @OUTCOMES.shows("comments")
    def test_06_comments(self):
        self.assertEqual(
            self.rows("SELECT comment FROM main.information_schema.tables WHERE table_name = 'customer_totals'"),
            [("What each customer's orders come to.",)])
        self.assertEqual(
            self.rows("SELECT comment FROM main.information_schema.columns WHERE table_name = 'stg_customers' AND column_name = 'customer_id'"),
            [("The customer's number.",)])

    @OUTCOMES.shows("grants", "m2m")
    def test_07_grants_and_oauth(self):
        for grant in ("USE CATALOG ON CATALOG main", "USE SCHEMA ON SCHEMA main.shop"):
            with self.connection.cursor() as cursor:
                cursor.execute(f"GRANT {grant} TO `{os.environ['LAKEPORT_ROBOT']}`")
        self.succeed("debug", "--target", "robot")
        self.succeed("show", "--target", "robot", "--inline", "select a from main.shop.shared")
        self.fail_with("TABLE_OR_VIEW_NOT_FOUND", "show", "--target", "robot", "--inline", "select * from main.shop.customer_totals")

    @OUTCOMES.shows("snapshot")
    def test_08_snapshot(self):
        self.succeed("snapshot")
        (self.project / "seeds" / "raw_customers.csv").write_text(LATER_CUSTOMERS)
        (self.project / "seeds" / "raw_orders.csv").write_text(LATER_ORDERS)
        self.succeed("seed")
        self.succeed("snapshot")
        self.assertEqual(
            self.rows("SELECT id, country, dbt_valid_to IS NULL FROM main.shop.customers_snapshot"),
            [(1, "DE", True), (2, "AT", True), (2, "HU", False), (3, "FR", True), (4, "DE", True), (5, "HU", True)])

    @OUTCOMES.shows("merge", "append", "insert_overwrite", "delete_insert", "schema_change")
    def test_09_later_run(self):
        self.succeed("run", "--vars", "{with_note: true}")
        log = [(number, str(amount), note) for number, _, amount, _, note in self.rows("SELECT * FROM main.shop.order_log")]
        self.assertEqual(
            log, [(10, "12.50", None), (11, "7.25", None), (12, "100.00", None), (13, "1.99", "note 13"), (14, "5.00", "note 14")])
        amounts = {
            table: [(number, str(amount)) for number, amount in self.rows(f"SELECT id, amount FROM main.shop.{table}")]
            for table in ("order_appends", "order_overwrites", "order_deletes")}
        before, after = [(10, "12.50"), (11, "7.25"), (12, "100.00")], [(13, "1.99"), (14, "5.00")]
        self.assertEqual(amounts["order_appends"], [*before, (13, "0.99"), *after])
        self.assertEqual(amounts["order_overwrites"], after)
        self.assertEqual(amounts["order_deletes"], [*before, *after])

    @OUTCOMES.shows("freshness")
    def test_10_source_freshness(self):
        self.succeed("source", "freshness")

    @OUTCOMES.shows("docs", "metadata")
    def test_11_documentation(self):
        self.succeed("docs", "generate")
        catalog = json.loads((self.project / "target" / "catalog.json").read_text())
        self.assertIsNone(catalog["errors"])
        node = catalog["nodes"]["model.shop.customer_totals"]
        # The adapter takes all that follows the comment for a part of it.
        self.assertTrue(node["metadata"]["comment"].startswith("What each customer's orders come to."), node["metadata"])
        self.assertEqual(node["metadata"]["owner"], "admin@example.com")
        self.assertEqual(
            [(column["name"], column["type"]) for column in node["columns"].values()],
            [("customer_id", "bigint"), ("name", "string"), ("orders", "bigint"), ("total", "decimal(38,2)")])

    @OUTCOMES.shows("errors")
    def test_12_a_broken_model(self):
        self.fail_with("[UNRESOLVED_COLUMN", "run", "--select", "broken", "--vars", "{broken: true}")

    @OUTCOMES.shows("full_refresh")
    def test_13_full_refresh(self):
        self.succeed("run", "--full-refresh", "--select", "order_appends")
        self.assertEqual([row[0] for row in self.rows("SELECT id FROM main.shop.order_appends")], [13, 14])

    @OUTCOMES.shows("tags", "materialized_view")
    def test_14_what_is_not_there(self):
        self.fail_with("UNSUPPORTED_FEATURE", "run", "--select", "tagged", "--vars", "{tagged: true}")
        OUTCOMES.note("tags", "not supported: there are no tags yet; the model fails and says so")
        self.fail_with("UNSUPPORTED_FEATURE", "run", "--select", "materialized", "--vars", "{materialized: true}")
        OUTCOMES.note("materialized_view", "not supported: nor streaming tables; the model fails and says so")


if __name__ == "__main__":
    unittest.main(verbosity=2)
