-- Makes orders12 ten times as long.
INSERT INTO orders12
SELECT
    id + n * :rows::bigint, customer_id, status, amount, quantity, price, paid, ordered_on, created_at, updated_at, email, note
FROM orders12, generate_series(1, 9) AS n;
VACUUM (ANALYZE, FREEZE) orders12;
CHECKPOINT;
