"""Small queries one after the other, and many sessions at once, with databricks-sql-connector."""

import http.client
import itertools
import multiprocessing
import pathlib
import socket
import ssl
import statistics
import sys
import tempfile
import threading
import time

from databricks.sql.thrift_api.TCLIService import TCLIService, ttypes
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.transport.TTransport import TMemoryBuffer

from served_workspace import ServedWorkspace
from warehouse_tables import ORDERS12, PeerFile, scaled

SMALL_QUERIES = 1_000
SESSIONS = 200
SECONDS = 60
# The client is Python: several processes, so that it is not one lock that all sessions wait for.
CLIENT_PROCESSES = 4


def _percentile(values, share):
    values = sorted(values)
    return values[min(int(len(values) * share), len(values) - 1)]


def query_rows(options):
    table = scaled(ORDERS12, options)
    with tempfile.TemporaryDirectory(prefix="lakeport-bench-") as name:
        folder = pathlib.Path(name)
        peer = PeerFile(folder, [table])
        with ServedWorkspace(options, folder) as workspace:
            peer.load_into(workspace, [table])
            yield from _small_queries(table, workspace, peer.connection)


def _small_queries(table, workspace, duckdb):
    """Another row each time, so that nobody can answer from the last result."""
    ids = [1 + i * 7919 % table.rows for i in range(SMALL_QUERIES)]
    query = "SELECT id, status, amount, email FROM {} WHERE id = {}"

    def timed(run):
        seconds = []
        for i in ids:
            begin = time.monotonic()
            rows = run(i)
            seconds.append(time.monotonic() - begin)
            if len(rows) != 1 or rows[0][0] != i:
                raise RuntimeError(f"row {i} came as {rows}")
        return seconds

    def ours(i):
        cursor.execute(query.format("main.default." + table.name, i))
        return cursor.fetchall()

    with workspace.connect() as connection, connection.cursor() as cursor:
        timed(ours)
        measured = {"with the connector": timed(ours)}
        statements = [query.format("main.default." + table.name, i) for i in ids]
        measured["request to whole answer, without the connector's decoding"] = _answer_seconds(workspace.door(), connection, statements)
    theirs = statistics.median(timed(lambda i: duckdb.execute(query.format(table.name, i)).fetchall())) * 1e3
    goal = 2 * theirs + 1
    for way, seconds in measured.items():
        middle = statistics.median(seconds) * 1e3
        yield {
            "name": f"p50 of {SMALL_QUERIES} small queries over one session, {way}, ms (DuckDB in the client's process: {theirs:.2f})",
            "measured": round(middle, 2),
            "goal": f"<= {goal:.2f}",
            "met": middle <= goal,
        }


def _answer_seconds(door, connection, statements):
    """The same calls over HTTP: packed before and unpacked after the time is taken."""
    address = http.client.HTTPSConnection(door.host, door.port, context=ssl.create_default_context(cafile=door.ca_file))
    address.connect()
    address.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    headers = {"Authorization": f"Bearer {door.token}", "Content-Type": "application/x-thrift"}
    seconds = []
    for statement in statements:
        packed = TMemoryBuffer()
        request = ttypes.TExecuteStatementReq(
            sessionHandle=connection.session.session_id.to_thrift_handle(),
            statement=statement,
            runAsync=True,
            getDirectResults=ttypes.TSparkGetDirectResults(maxRows=100_000, maxBytes=100_000_000),
            canReadArrowResult=True,
        )
        TCLIService.Client(None, TBinaryProtocol(packed)).send_ExecuteStatement(request)
        begin = time.monotonic()
        address.request("POST", door.http_path, body=packed.getvalue(), headers=headers)
        answer = address.getresponse().read()
        seconds.append(time.monotonic() - begin)
        response = TCLIService.Client(TBinaryProtocol(TMemoryBuffer(answer))).recv_ExecuteStatement()
        if response.directResults.resultSet.results.arrowBatches[0].rowCount != 1:
            raise RuntimeError(f"{statement}: {response}")
    address.close()
    return seconds


def _statements(table, session):
    """What a session does, over and over; begun at another place in each session."""
    name = f"main.default.{table.name}"
    mix = [
        lambda i: f"SELECT id, status, amount, email FROM {name} WHERE id = {1 + i * 7919 % table.rows}",
        lambda i: f"SELECT status, count(*) AS n, sum(amount) AS total FROM {name} WHERE id < 100000 GROUP BY status",
        lambda i: f"SELECT * FROM {name} WHERE id > {i * 31 % table.rows} LIMIT 1000",
        lambda i: f"SELECT date_format(ordered_on, 'yyyy-MM') AS month, count(1) FROM {name} WHERE id < 50000 GROUP BY 1",
        lambda i: f"INSERT INTO main.default.notes VALUES ({i}, 'session {session}')",
        lambda i: "SHOW TABLES IN main.default",
        lambda i: f"SELECT customer_id, max(updated_at) AS last FROM {name} WHERE customer_id = {i % 1000} GROUP BY ALL",
    ]
    for i in itertools.count(session * 104_729):
        yield mix[i % len(mix)](i)


def _client_process(door, table, sessions, seconds, ready, go, answers):
    """Runs some of the sessions, each on its own thread, and puts (milliseconds of each statement, errors)."""
    taken, errors, lock = [], [], threading.Lock()
    begun = threading.Barrier(len(sessions) + 1)

    def session(number):
        mine = []
        try:
            with door.connect() as connection, connection.cursor() as cursor:
                begun.wait()
                go.wait()
                end = time.monotonic() + seconds
                for statement in _statements(table, number):
                    begin = time.monotonic()
                    if begin > end:
                        break
                    cursor.execute(statement)
                    cursor.fetchall()
                    mine.append((time.monotonic() - begin) * 1e3)
        except Exception as error:  # each counts
            begun.abort()
            with lock:
                errors.append(f"{type(error).__name__}: {error}")
        with lock:
            taken.extend(mine)

    threads = [threading.Thread(target=session, args=[number]) for number in sessions]
    for thread in threads:
        thread.start()
    try:
        begun.wait()
    except threading.BrokenBarrierError:
        pass  # the errors say why
    ready.release()
    for thread in threads:
        thread.join()
    answers.put((taken, errors))


def session_rows(options):
    table = scaled(ORDERS12, options)
    seconds = SECONDS // 10 if options.quick else SECONDS
    with tempfile.TemporaryDirectory(prefix="lakeport-bench-") as name:
        folder = pathlib.Path(name)
        peer = PeerFile(folder, [table])
        with ServedWorkspace(options, folder) as workspace:
            peer.load_into(workspace, [table])
            workspace.run("CREATE TABLE main.default.notes (id BIGINT, note STRING)")
            peer.connection.close()
            taken, errors = _run_sessions(workspace, table, seconds)
    for error in errors[:5]:
        print(f"sessions: {error}", file=sys.stderr)
    middle, late = _percentile(taken, 0.5), _percentile(taken, 0.99)
    print(f"sessions: {len(taken)} statements, p50 {middle:.1f} ms, p99 {late:.1f} ms", file=sys.stderr)
    yield {"name": f"errors of {SESSIONS} sessions at once for {seconds} s", "measured": len(errors), "goal": "0", "met": not errors}
    ratio = late / middle
    yield {"name": f"p99 against p50 of {SESSIONS} sessions at once", "measured": round(ratio, 1), "goal": "<= 20", "met": ratio <= 20}


def _run_sessions(workspace, table, seconds):
    context = multiprocessing.get_context("spawn")
    ready, go, answers = context.Semaphore(0), context.Event(), context.Queue()
    door = workspace.door()
    processes = [
        context.Process(target=_client_process, args=[door, table, range(first, SESSIONS, CLIENT_PROCESSES), seconds, ready, go, answers])
        for first in range(CLIENT_PROCESSES)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        ready.acquire()
    go.set()
    taken, errors = [], []
    for _ in processes:
        some, wrong = answers.get()
        taken += some
        errors += wrong
    for process in processes:
        process.join()
    return taken, errors
