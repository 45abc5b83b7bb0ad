"""Reads one PostgreSQL table by binary COPY into /dev/null. Arguments: URL TABLE FILE (unused)."""

import sys

import psycopg2

url, table, _ = sys.argv[1:]
with psycopg2.connect(url) as source, source.cursor() as cursor, open("/dev/null", "wb") as nowhere:
    cursor.copy_expert(f'COPY public."{table}" TO STDOUT (FORMAT binary)', nowhere, size=1 << 20)
