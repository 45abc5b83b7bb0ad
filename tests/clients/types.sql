-- Every type at its ends, and NULL. Each client's suite reads these rows back and knows them.
CREATE TABLE main.types.every (
  k INT, b BOOLEAN, t TINYINT, s SMALLINT, i INT, l BIGINT, f FLOAT, d DOUBLE, n DECIMAL(38,10), c STRING, x BINARY, day DATE,
  ts TIMESTAMP, tn TIMESTAMP_NTZ, a ARRAY<INT>, m MAP<STRING, INT>, st STRUCT<p: INT, q: STRING>,
  deep ARRAY<STRUCT<k: STRING, v: ARRAY<BIGINT>>>);
INSERT INTO main.types.every VALUES (
  1, true, 127, 32767, 2147483647, 9223372036854775807, CAST('3.4028235e38' AS FLOAT), 1.7976931348623157E308D,
  9999999999999999999999999999.9999999999, 'äöü €😀 "quoted" \\ it''s', X'00FF10', DATE'9999-12-31',
  TIMESTAMP'9999-12-31 23:59:59.999999', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', array(1, NULL, 3), map('a', 1, 'b', NULL),
  named_struct('p', 1, 'q', 'x'), array(named_struct('k', 'y', 'v', array(CAST(1 AS BIGINT), 9223372036854775807L))));
INSERT INTO main.types.every VALUES (
  2, false, -128, -32768, -2147483648, -9223372036854775808, CAST('-3.4028235e38' AS FLOAT), -1.7976931348623157E308D,
  -9999999999999999999999999999.9999999999, '', X'', DATE'0001-01-01', TIMESTAMP'0001-01-01 00:00:00',
  TIMESTAMP_NTZ'0001-01-01 00:00:00', array(), map(), named_struct('p', NULL, 'q', NULL), array());
INSERT INTO main.types.every (k) VALUES (3);
INSERT INTO main.types.every (k, f, d) VALUES (4, CAST('NaN' AS FLOAT), CAST('Infinity' AS DOUBLE));
