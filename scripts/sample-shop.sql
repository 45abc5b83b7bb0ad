-- A small shop for ./lakeport-up: a few thousand rows of PostgreSQL's everyday and less everyday types. The rows are
-- computed, so that every machine has the same shop.
BEGIN;
CREATE SCHEMA shop;
SET search_path = shop;

CREATE TYPE order_status AS ENUM ('placed', 'paid', 'shipped', 'returned');

CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uid uuid NOT NULL UNIQUE,
  name text NOT NULL,
  email text,
  country char(2) NOT NULL,
  born date,
  last_address inet,
  preferences jsonb NOT NULL DEFAULT '{}',
  joined_at timestamptz NOT NULL
);

CREATE TABLE products (
  sku text PRIMARY KEY,
  title text NOT NULL,
  price numeric(10, 2) NOT NULL,
  weight_kg real,
  tags text[] NOT NULL,
  dimensions_mm int[],
  thumbnail bytea,
  sold_between daterange,
  updated_at timestamptz NOT NULL
);

CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  status order_status NOT NULL,
  placed_at timestamptz NOT NULL,
  delivery_time interval,
  note text
);

CREATE TABLE order_lines (
  order_id bigint NOT NULL REFERENCES orders,
  line int NOT NULL,
  sku text NOT NULL REFERENCES products,
  quantity smallint NOT NULL,
  price numeric(10, 2) NOT NULL,
  PRIMARY KEY (order_id, line)
);

CREATE TABLE reviews (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers,
  sku text NOT NULL REFERENCES products,
  stars smallint NOT NULL CHECK (stars BETWEEN 1 AND 5),
  body text,
  details json,
  written_at timestamp NOT NULL
);

-- No key: every visit is a row of its own.
CREATE TABLE page_views (
  path text NOT NULL,
  seen_at timestamptz NOT NULL,
  duration_ms double precision,
  referrer text
);

INSERT INTO customers (uid, name, email, country, born, last_address, preferences, joined_at)
SELECT md5('customer' || n)::uuid,
       (ARRAY['Ada', 'Bjørn', 'Chloé', 'Dmitri', 'Eva', 'Farid', 'Grace', '花子', 'Íñigo', 'Jürgen'])[1 + n % 10] || ' ' ||
         (ARRAY['Lovelace', 'Sørensen', 'Dubois', 'O''Neil', 'Müller', 'Haddad', 'Hopper', '山田', 'Núñez', 'Weiß'])[1 + n / 7 % 10],
       CASE WHEN n % 11 <> 0 THEN 'customer' || n || '@example.com' END,
       (ARRAY['DE', 'DK', 'FR', 'GB', 'JP', 'ES'])[1 + n % 6],
       CASE WHEN n % 5 <> 0 THEN date '1950-01-01' + n * 37 % 20000 END,
       ('10.' || n % 200 || '.' || n % 250 || '.7')::inet,
       jsonb_build_object('newsletter', n % 2 = 0, 'language', (ARRAY['de', 'da', 'fr', 'en', 'ja', 'es'])[1 + n % 6],
                          'sizes', jsonb_build_array(n % 10, n % 7)),
       timestamptz '2023-01-01 08:00:00+00' + n * interval '7 hours 13 minutes'
FROM generate_series(1, 500) AS n;

INSERT INTO products (sku, title, price, weight_kg, tags, dimensions_mm, thumbnail, sold_between, updated_at)
SELECT 'SKU-' || lpad(n::text, 4, '0'),
       (ARRAY['Lamp', 'Chair "Oslo"', 'Desk', 'Shelf', 'Rug', 'Mirror, round', 'Clock'])[1 + n % 7] || ' No. ' || n,
       (n * 97 % 50000)::numeric / 100 + 4.95,
       CASE WHEN n % 9 <> 0 THEN (n % 40)::real / 4 END,
       CASE n % 4 WHEN 0 THEN '{home}' WHEN 1 THEN '{home,"new, 2024"}' WHEN 2 THEN '{office}' ELSE '{}' END::text[],
       ARRAY[n % 90 + 10, n % 60 + 10, n % 30 + 10],
       decode(md5('thumbnail' || n), 'hex'),
       daterange(date '2023-01-01' + n, CASE WHEN n % 3 = 0 THEN date '2026-01-01' END),
       timestamptz '2024-01-01 00:00:00+00' + n * interval '1 hour'
FROM generate_series(1, 200) AS n;

INSERT INTO orders (customer_id, status, placed_at, delivery_time, note)
SELECT 1 + n * 7919 % 500, (ARRAY['placed', 'paid', 'shipped', 'returned']::order_status[])[1 + n % 4],
       timestamptz '2024-01-01 09:00:00+00' + n * interval '3 hours 7 minutes',
       CASE WHEN n % 4 = 2 THEN n % 9 * interval '1 day' + interval '5 hours' END,
       CASE n % 20 WHEN 0 THEN 'Please ring twice' WHEN 1 THEN '' END
FROM generate_series(1, 2000) AS n;

INSERT INTO order_lines (order_id, line, sku, quantity, price)
SELECT o.id, line, p.sku, 1 + (o.id + line) % 4, p.price
FROM orders AS o
CROSS JOIN generate_series(1, 3) AS line
JOIN products AS p ON p.sku = 'SKU-' || lpad((1 + (o.id * 31 + line * 17) % 200)::text, 4, '0')
WHERE line <= 1 + o.id % 3;

INSERT INTO reviews (customer_id, sku, stars, body, details, written_at)
SELECT 1 + n * 104729 % 500, 'SKU-' || lpad((1 + n * 13 % 200)::text, 4, '0'), 1 + n * 7 % 5,
       (ARRAY['Good.', E'Two lines:\nall fine', 'It said "sturdy". It is.', NULL, 'Schön! 🪑'])[1 + n % 5],
       ('{"verified": ' || (n % 3 = 0) || ', "helpful": ' || n % 40 || ', "photos": [' || n % 3 || ', null] }')::json,
       timestamp '2024-02-01 12:00:00' + n * interval '5 hours 11 minutes'
FROM generate_series(1, 800) AS n;

INSERT INTO page_views (path, seen_at, duration_ms, referrer)
SELECT '/product/SKU-' || lpad((1 + n * 3 % 200)::text, 4, '0'), timestamptz '2024-06-01 00:00:00+00' + n * interval '91 seconds',
       n % 1000 * 1.25, CASE WHEN n % 2 = 0 THEN 'https://example.com/?q=' || n END
FROM generate_series(1, 3000) AS n;
COMMIT;
