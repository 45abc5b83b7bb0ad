"""Translates queries from Databricks SQL to DuckDB's SQL, with sqlglot. A helper process of lakeport.

Reads requests from standard input and answers each on standard output, in order: a length in four bytes (big-endian), then
that many bytes of JSON. The first request is {"functions": TEXT} (functions.txt) and is not answered; the others are
{"sql": TEXT}, answered with {"sql": TEXT} or {"kind": "syntax" | "unsupported", "message": TEXT}. Ends with its input.
"""

import json
import resource
import logging
import struct
import sys

from sqlglot import errors

from nodes import Unsupported, WrongArguments
from translator import Translator


MEMORY_LIMIT = 1 << 30  # of this process: no statement may take the machine's


def syntax_message(error):
    if isinstance(error, errors.ParseError) and error.errors:
        first = error.errors[0]
        near = first.get("highlight") or ""
        line, column = first.get("line"), first.get("col")
        place = f" (line {line}, column {max(1, (column or 1) - len(near) + 1)})" if line else ""
        description = (first.get("description") or "the statement is not understood").rstrip(".")
        return f"{description} near '{near}'{place}" if near else f"{description}{place}"
    return str(error).splitlines()[0] if str(error) else "the statement is not understood"


def answer(translator, sql):
    try:
        return {"sql": translator.translate(sql)}
    except Unsupported as error:
        return {"kind": "unsupported", "message": f"{error} is not supported"}
    except WrongArguments as error:
        return {"kind": "syntax", "message": str(error)}
    except errors.UnsupportedError as error:
        return {"kind": "unsupported", "message": str(error).splitlines()[0]}
    except errors.SqlglotError as error:
        return {"kind": "syntax", "message": syntax_message(error)}
    except (RecursionError, MemoryError):
        return {"kind": "unsupported", "message": "a statement nested this deep is not supported"}
    except Exception as error:  # noqa: BLE001  # a gap of the library or of the rules: no reason to die
        return {"kind": "unsupported", "message": f"this statement is not supported ({type(error).__name__}: {error})"}


def read_message(stream):
    header = stream.read(4)
    if len(header) < 4:
        return None
    (size,) = struct.unpack(">I", header)
    body = stream.read(size)
    return None if len(body) < size else json.loads(body)


logging.disable(logging.CRITICAL)  # what matters comes as an error


def main():
    sys.setrecursionlimit(3_000)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    hello = read_message(source)
    if hello is None:
        return
    translator = Translator(hello["functions"])
    while (request := read_message(source)) is not None:
        body = json.dumps(answer(translator, request["sql"])).encode()
        sink.write(struct.pack(">I", len(body)) + body)
        sink.flush()


if __name__ == "__main__":
    main()
