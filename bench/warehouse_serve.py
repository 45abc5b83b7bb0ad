"""The server by itself: start, idle memory, memory of a long fetch, how soon a cancelled statement ends."""

import pathlib
import statistics
import sys
import tempfile
import threading
import time

import psutil
import pyarrow.compute

from served_workspace import MEGABYTE, ServedWorkspace
from warehouse_tables import EVENTS4

STARTS = 5
CANCELS = 9
ROWS = 50_000_000


def _at_most(name, value, goal):
    return {"name": name, "measured": round(value, 2), "goal": f"<= {goal}", "met": value <= goal}


def serve_rows(options):
    rows = ROWS // 10 if options.quick else ROWS
    with tempfile.TemporaryDirectory(prefix="lakeport-bench-") as name:
        folder = pathlib.Path(name)
        starts = []
        with ServedWorkspace(options, folder) as workspace:
            token = workspace.token
            yield _at_most("start of a new workspace, s", workspace.start_seconds, 1)
            time.sleep(2)
            yield _at_most("idle memory, MB", workspace.memory() / MEGABYTE, 100)
            workspace.run(f"CREATE TABLE main.default.events4 ({EVENTS4.databricks_columns})", _filling(rows))
        for _ in range(STARTS):
            with ServedWorkspace(options, folder) as workspace:
                starts.append(workspace.start_seconds)
        yield _at_most("start of an existing workspace, s", statistics.median(starts), 1)
        with ServedWorkspace(options, folder) as workspace:
            workspace.token = token
            time.sleep(2)
            yield _long_fetch(workspace, rows)
        with ServedWorkspace(options, folder) as workspace:
            workspace.token = token
            for what, statement in _long_statements().items():
                yield from _cancels(workspace, what, statement)


def _filling(rows):
    return (
        "INSERT INTO main.default.events4 SELECT id, CAST(id % 97 AS INT), id % 9973 * 0.5D, "
        f"timestamp_seconds(1577836800 + id) FROM range(1, {rows + 1})"
    )


def _long_fetch(workspace, rows):
    """Read in parts and dropped, as a client that writes them somewhere does."""
    idle = workspace.memory()
    peak, over = idle, threading.Event()

    def sample():
        nonlocal peak
        while not over.wait(0.05):
            peak = max(peak, workspace.memory())

    sampler = threading.Thread(target=sample)
    sampler.start()
    seen = total = 0
    try:
        with workspace.connect() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT * FROM main.default.events4")
            while (part := cursor.fetchmany_arrow(1_000_000)).num_rows:
                seen += part.num_rows
                total += pyarrow.compute.sum(part.column("id")).as_py()
    finally:
        over.set()
        sampler.join()
    if seen != rows or total != rows * (rows + 1) // 2:
        raise RuntimeError(f"{seen} rows came instead of {rows}")
    print(f"memory: {idle / MEGABYTE:.0f} MB idle, {peak / MEGABYTE:.0f} MB at most", file=sys.stderr)
    return _at_most(f"memory over idle while one client fetches {rows} rows, MB", (peak - idle) / MEGABYTE, 300)


def _nested_joins(levels):
    """Each level doubles what the planner has to look at."""
    query = "SELECT id FROM range(10)"
    for level in range(levels):
        query = f"SELECT a{level}.id FROM ({query}) AS a{level} JOIN ({query}) AS b{level} ON a{level}.id = b{level}.id"
    return query


def _long_statements():
    """Each takes long in another part of the server."""
    many = ", ".join(f"date_add(current_date(), {i} + 1) AS c{i}" for i in range(20_000))
    return {
        "a running query": "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b WHERE a.id * b.id % 7 = 3",
        "a query that is planned": _nested_joins(12),
        "a statement in the translator's process": f"SELECT date_format(current_date(), 'yyyy') AS year, {many}",
    }


def _busy(pids):
    """Whether a thread of these processes runs."""
    for pid in pids:
        try:
            for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
                if (thread / "stat").read_text().rsplit(")", 1)[1].split()[0] == "R":
                    return True
        except OSError:
            continue
    return False


def _cancels(workspace, what, statement):
    answered, ended = [], []
    for _ in range(CANCELS):
        first, second = _cancel_once(workspace, statement)
        answered.append(first * 1e3)
        ended.append(second * 1e3)
    yield _at_most(f"cancel of {what}: until the client has its exception, ms", max(answered), 100)
    yield _at_most(f"cancel of {what}: until the server is quiet, ms", max(ended), 100)


def _cancel_once(workspace, statement):
    """Seconds until the client knows, and until no thread of the server runs for 50 ms any more.

    The cancel comes over a connection of its own: cursor.cancel() waits for a lock that the cursor's own polling holds
    nearly all the time, which says nothing about the server.
    """
    with workspace.connect() as connection, workspace.connect() as other, connection.cursor() as cursor:
        failed = []

        def execute():
            try:
                cursor.execute(statement)
                cursor.fetchall()
            except Exception:
                failed.append(time.monotonic())

        thread = threading.Thread(target=execute)
        thread.start()
        while cursor.active_command_id is None:
            time.sleep(0.01)
        time.sleep(0.5)
        server = psutil.Process(workspace.process.pid)
        pids = [server.pid, *(child.pid for child in server.children(recursive=True))]
        if not thread.is_alive() or not _busy(pids):
            raise RuntimeError(f"this ended before it was cancelled: {statement[:80]}")
        begin = time.monotonic()
        other.session.backend.cancel_command(cursor.active_command_id)
        last_busy = begin
        while (now := time.monotonic()) < last_busy + 0.05:
            if _busy(pids):
                last_busy = now
            if now > begin + 60:
                break
        thread.join()
        if not failed:
            raise RuntimeError(f"this was not cancelled: {statement[:80]}")
        return failed[0] - begin, last_busy - begin
