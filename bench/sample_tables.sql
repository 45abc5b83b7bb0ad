-- The two tables of the PostgreSQL rows: :rows12 × 12 columns of mixed types, :rows4 × 4 narrow ones.
CREATE TABLE orders12 (
    id bigint PRIMARY KEY,
    customer_id integer NOT NULL,
    status text NOT NULL,
    amount numeric(12, 2) NOT NULL,
    quantity smallint NOT NULL,
    price double precision NOT NULL,
    paid boolean,
    ordered_on date NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamp NOT NULL,
    email text,
    note text
);
INSERT INTO orders12
SELECT
    i,
    (i * 7919) % 100003,
    (ARRAY['new', 'paid', 'shipped', 'returned'])[1 + i % 4],
    ((i * 31) % 1000000) / 100.0,
    i % 1000,
    (i % 10007) * 1.25 + 0.001,
    CASE WHEN i % 11 <> 0 THEN i % 3 = 0 END,
    date '2020-01-01' + (i % 2000)::integer,
    timestamptz '2020-01-01 00:00:00Z' + i * interval '7 seconds' + (i % 1000000) * interval '1 microsecond',
    timestamp '2021-01-01' + i * interval '5 seconds',
    'customer' || (i * 7919) % 100003 || '@example.com',
    CASE WHEN i % 5 <> 0 THEN 'order number ' || i || ' of a customer who likes text' END
FROM generate_series(1, :rows12::bigint) AS i;

CREATE TABLE events4 (
    id bigint PRIMARY KEY,
    kind integer NOT NULL,
    value double precision NOT NULL,
    happened_at timestamptz NOT NULL
);
INSERT INTO events4
SELECT i, i % 97, (i % 9973) * 0.5, timestamptz '2020-01-01 00:00:00Z' + i * interval '1 second'
FROM generate_series(1, :rows4::bigint) AS i;

VACUUM (ANALYZE, FREEZE);
CHECKPOINT;
