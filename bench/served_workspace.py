"""A workspace of our own in a temporary folder, served by the program that is measured."""

import dataclasses
import json
import pathlib
import subprocess
import time
import urllib.parse

import databricks.sql
import psutil
import urllib3

MEGABYTE = 1_000_000


@dataclasses.dataclass(frozen=True)
class Door:
    """What a client is told about a workspace."""

    host: str
    port: int
    http_path: str
    token: str
    ca_file: str

    def connect(self, **options):
        return databricks.sql.connect(
            server_hostname=self.host,
            port=self.port,
            http_path=self.http_path,
            access_token=self.token,
            _tls_trusted_ca_file=self.ca_file,
            enable_telemetry=False,
            **options,
        )


class ServedWorkspace:
    """Serves until the block ends. `start_seconds`: from the program's start to the line that says it is ready."""

    def __init__(self, options, folder, *arguments):
        self.folder = pathlib.Path(folder)
        self.command = [options.build / "bin" / "lakeport", "serve", "--data", self.folder / "data", "--json"]
        self.command += ["--listen", "127.0.0.1:0", "--key-file", self.folder / "key", "--log-level", "error", *arguments]
        self.token = None

    def __enter__(self):
        begin = time.monotonic()
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "created":
                self.token = event["admin_token"]
            if event["event"] == "ready":
                break
        else:
            raise RuntimeError("the program ended before it was ready")
        self.start_seconds = time.monotonic() - begin
        self.ready = event
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait(60)

    def door(self):
        url = urllib.parse.urlsplit(self.ready["url"])
        return Door(url.hostname, url.port, self.ready["http_path"], self.token, self.ready["ca_file"])

    def connect(self, **options):
        return self.door().connect(**options)

    def post(self, path, body):
        with urllib3.PoolManager(ca_certs=self.ready["ca_file"]) as pool:
            answer = pool.request(
                "POST", self.ready["url"] + path, json=body, headers={"Authorization": f"Bearer {self.token}"}
            )
        if answer.status >= 300:
            raise RuntimeError(f"POST {path}: {answer.status} {answer.data.decode()}")
        return answer.json()

    def memory(self):
        """Resident bytes of the server and its helper processes; what they share counts once."""
        server = psutil.Process(self.process.pid)
        return sum(one.memory_full_info().pss for one in [server, *server.children(recursive=True)])

    def run(self, *statements):
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def load(self, table, columns, parquet):
        """Makes main.default.`table` and copies the rows of a Parquet file into it."""
        self.run(
            f"CREATE TABLE main.default.{table} ({columns})",
            f"COPY INTO main.default.{table} FROM 'file://{parquet}' FILEFORMAT = PARQUET",
        )
