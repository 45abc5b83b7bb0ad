"""Runs a statement with databricks-sql-connector and writes {"columns": […], "rows": […]} or {"error": "…"} as JSON.

usage: query.py HOST PORT HTTP_PATH CA_FILE STATEMENT, the token in LAKEPORT_TOKEN. Values are written as Python's str() has them.
"""

import json
import os
import sys

from databricks import sql
from databricks.sql.exc import Error


def main() -> None:
    host, port, http_path, ca_file, statement = sys.argv[1:]
    try:
        with sql.connect(
            server_hostname=host,
            port=int(port),
            http_path=http_path,
            access_token=os.environ["LAKEPORT_TOKEN"],
            _tls_trusted_ca_file=ca_file,
            enable_telemetry=False,
        ) as connection, connection.cursor() as cursor:
            cursor.execute(statement)
            rows = [[None if value is None else str(value) for value in row] for row in cursor.fetchall()]
            print(json.dumps({"columns": [column[0] for column in cursor.description], "rows": rows}))
    except Error as error:
        print(json.dumps({"error": str(error)}))


main()
