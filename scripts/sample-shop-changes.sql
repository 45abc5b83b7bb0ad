-- What happens in the shop between two runs of ./lakeport-up: new orders, new prices, a withdrawn review.
BEGIN;
SET search_path = shop;
WITH placed AS (
  INSERT INTO orders (customer_id, status, placed_at)
  SELECT 1 + n * 17 % 500, 'placed', now() FROM generate_series(1, 5) AS n
  RETURNING id
)
INSERT INTO order_lines (order_id, line, sku, quantity, price)
SELECT placed.id, 1, p.sku, 2, p.price FROM placed
JOIN products AS p ON p.sku = 'SKU-' || lpad((1 + placed.id % 200)::text, 4, '0');
UPDATE products SET price = price + 1, updated_at = now() WHERE sku IN ('SKU-0001', 'SKU-0002', 'SKU-0003');
UPDATE orders SET status = 'shipped', delivery_time = '2 days' WHERE status = 'paid' AND id % 100 = 1;
DELETE FROM reviews WHERE id = (SELECT max(id) FROM reviews);
COMMIT;
