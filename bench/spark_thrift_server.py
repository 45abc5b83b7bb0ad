"""Spark's Thrift server from PyPI's pyspark, over Parquet files, for as long as a block lasts."""

import importlib.util
import os
import pathlib
import signal
import socket
import subprocess
import time

import impala.dbapi

MAIN_CLASS = "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"
START_SECONDS = 180


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class SparkThriftServer:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder) / "spark"
        self.port = _free_port()

    def __enter__(self):
        self.folder.mkdir()
        home = pathlib.Path(importlib.util.find_spec("pyspark").origin).parent
        settings = {
            "spark.ui.enabled": "false",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.warehouse.dir": self.folder / "warehouse",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.hadoop.javax.jdo.option.ConnectionURL": "jdbc:derby:memory:bench;create=true",
        }
        hive = {
            "hive.server2.thrift.port": self.port,
            "hive.server2.thrift.bind.host": "127.0.0.1",
            "hive.server2.authentication": "NOSASL",
        }
        command = [home / "bin" / "spark-submit", "--master", "local[*]", "--driver-memory", "4g", "--class", MAIN_CLASS]
        for name, value in settings.items():
            command += ["--conf", f"{name}={value}"]
        for name, value in hive.items():
            command += ["--hiveconf", f"{name}={value}"]
        self.log = (self.folder / "log").open("wb")
        self.process = subprocess.Popen(
            [*command, "spark-internal"],
            stdout=self.log,
            stderr=subprocess.STDOUT,
            cwd=self.folder,
            env={**os.environ, "SPARK_HOME": str(home)},
            start_new_session=True,
        )
        try:
            self.connection = self._connect()
        except BaseException:
            self._stop()
            raise
        return self

    def _connect(self):
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return impala.dbapi.connect(host="127.0.0.1", port=self.port, auth_mechanism="NOSASL")
            except OSError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace")[-2000:]
                    raise RuntimeError(f"Spark's Thrift server does not answer: {error}\n{log}") from error
                time.sleep(0.5)

    def _stop(self):
        # The shell script's child is the server.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)
        self.log.close()

    def __exit__(self, *_):
        self.connection.close()
        self._stop()
