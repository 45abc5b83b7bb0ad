-- Databricks' functions that DuckDB has not, or has with another meaning or result type. Run once when the engine opens
-- its database; src/lakehouse/sql/functions.txt and translate/ put them in place of Databricks' names.

-- NULLs first in ascending order, last in descending order.
SET GLOBAL default_null_order = 'nulls_first_on_asc_last_on_desc';

-- Numbers
CREATE OR REPLACE MACRO databricks_divide(a, b) AS CASE WHEN b = 0 THEN error('[DIVIDE_BY_ZERO] Division by zero. Use try_divide to get NULL instead.') ELSE a / b END;
CREATE OR REPLACE MACRO databricks_div(a, b) AS CASE WHEN b = 0 THEN error('[DIVIDE_BY_ZERO] Division by zero. Use try_divide to get NULL instead.') ELSE CAST(trunc(a // b) AS BIGINT) END;
CREATE OR REPLACE MACRO databricks_mod(a, b) AS CASE WHEN b = 0 THEN error('[REMAINDER_BY_ZERO] Remainder by zero. Use try_mod to get NULL instead.') ELSE a % b END;
CREATE OR REPLACE MACRO databricks_pmod(a, b) AS CASE WHEN b = 0 THEN error('[REMAINDER_BY_ZERO] Remainder by zero.') ELSE ((a % b) + b) % b END;
CREATE OR REPLACE MACRO databricks_try_divide(a, b) AS CASE WHEN b = 0 THEN NULL ELSE a / b END;
CREATE OR REPLACE MACRO databricks_try_mod(a, b) AS CASE WHEN b = 0 THEN NULL ELSE a % b END;
CREATE OR REPLACE MACRO databricks_try_add(a, b) AS TRY(a + b);
CREATE OR REPLACE MACRO databricks_try_subtract(a, b) AS TRY(a - b);
CREATE OR REPLACE MACRO databricks_try_multiply(a, b) AS TRY(a * b);
CREATE OR REPLACE MACRO databricks_ceil(x) AS CAST(ceil(x) AS BIGINT), (x, digits) AS ceil(x * pow(10, digits)) / pow(10, digits);
CREATE OR REPLACE MACRO databricks_floor(x) AS CAST(floor(x) AS BIGINT), (x, digits) AS floor(x * pow(10, digits)) / pow(10, digits);
CREATE OR REPLACE MACRO databricks_bround(x) AS round_even(x, 0), (x, digits) AS round_even(x, digits);
CREATE OR REPLACE MACRO databricks_rint(x) AS round_even(CAST(x AS DOUBLE), 0);
CREATE OR REPLACE MACRO databricks_sign(x) AS CAST(sign(x) AS DOUBLE);
CREATE OR REPLACE MACRO databricks_sqrt(x) AS CASE WHEN x < 0 THEN 'NaN'::DOUBLE ELSE sqrt(x) END;
CREATE OR REPLACE MACRO databricks_ln(x) AS CASE WHEN x <= 0 THEN NULL ELSE ln(x) END;
CREATE OR REPLACE MACRO databricks_log10(x) AS CASE WHEN x <= 0 THEN NULL ELSE log10(x) END;
CREATE OR REPLACE MACRO databricks_log2(x) AS CASE WHEN x <= 0 THEN NULL ELSE log2(x) END;
CREATE OR REPLACE MACRO databricks_log(x) AS CASE WHEN x <= 0 THEN NULL ELSE ln(x) END, (base, x) AS CASE WHEN x <= 0 OR base <= 0 THEN NULL ELSE ln(x) / ln(base) END;
CREATE OR REPLACE MACRO databricks_log1p(x) AS CASE WHEN x <= -1 THEN NULL ELSE ln(1 + x) END;
CREATE OR REPLACE MACRO databricks_expm1(x) AS exp(x) - 1;
CREATE OR REPLACE MACRO databricks_e() AS exp(1.0::DOUBLE);
CREATE OR REPLACE MACRO databricks_hypot(a, b) AS sqrt(pow(a, 2) + pow(b, 2));
CREATE OR REPLACE MACRO databricks_factorial(n) AS CASE WHEN n < 0 OR n > 20 THEN NULL ELSE CAST(factorial(CAST(n AS INTEGER)) AS BIGINT) END;
CREATE OR REPLACE MACRO databricks_nanvl(a, b) AS CASE WHEN isnan(a) THEN b ELSE a END;
CREATE OR REPLACE MACRO databricks_isnan(x) AS coalesce(isnan(x), false);
CREATE OR REPLACE MACRO databricks_positive(x) AS x;
CREATE OR REPLACE MACRO databricks_negative(x) AS -x;
CREATE OR REPLACE MACRO databricks_bit_count(x) AS CAST(bit_count(x) AS INTEGER);
CREATE OR REPLACE MACRO databricks_shiftleft(x, n) AS x << n;
CREATE OR REPLACE MACRO databricks_shiftright(x, n) AS x >> n;
CREATE OR REPLACE MACRO databricks_rand() AS random();
CREATE OR REPLACE MACRO databricks_equal_null(a, b) AS a IS NOT DISTINCT FROM b;
CREATE OR REPLACE MACRO databricks_zeroifnull(x) AS coalesce(x, 0);
CREATE OR REPLACE MACRO databricks_nullifzero(x) AS nullif(x, 0);
CREATE OR REPLACE MACRO databricks_width_bucket(x, low, high, n) AS CAST(CASE WHEN x < low THEN 0 WHEN x >= high THEN n + 1 ELSE floor((x - low) * n / (high - low)) + 1 END AS BIGINT);

-- Casts: fractions are cut off, not rounded; text must be a whole number.
CREATE OR REPLACE MACRO databricks_whole(x DOUBLE) AS trunc(x), (x FLOAT) AS trunc(x), (x DECIMAL(38, 10)) AS trunc(x), (x BIGINT) AS x, (x INTEGER) AS x, (x SMALLINT) AS x, (x TINYINT) AS x, (x HUGEINT) AS x, (x BOOLEAN) AS CAST(x AS TINYINT), (x VARCHAR) AS CASE WHEN regexp_matches(x, '^\s*[+-]?\d+\s*$') THEN trim(x) WHEN x IS NULL THEN NULL ELSE error('[CAST_INVALID_INPUT] The value ''' || x || ''' is not a whole number. Use try_cast to get NULL instead.') END, (x TIMESTAMP WITH TIME ZONE) AS CAST(floor(epoch(x)) AS BIGINT);
CREATE OR REPLACE MACRO databricks_try_whole(x DOUBLE) AS trunc(x), (x FLOAT) AS trunc(x), (x DECIMAL(38, 10)) AS trunc(x), (x BIGINT) AS x, (x INTEGER) AS x, (x SMALLINT) AS x, (x TINYINT) AS x, (x HUGEINT) AS x, (x BOOLEAN) AS CAST(x AS TINYINT), (x VARCHAR) AS CASE WHEN regexp_matches(x, '^\s*[+-]?\d+\s*$') THEN trim(x) END, (x TIMESTAMP WITH TIME ZONE) AS CAST(floor(epoch(x)) AS BIGINT);
CREATE OR REPLACE MACRO databricks_string(x) AS CASE WHEN typeof(x) = 'TIMESTAMP WITH TIME ZONE' THEN regexp_replace(CAST(x AS VARCHAR), '[+-][0-9:]+$', '') ELSE CAST(x AS VARCHAR) END;
CREATE OR REPLACE MACRO databricks_binary(x VARCHAR) AS encode(x), (x BLOB) AS x;

-- Text
CREATE OR REPLACE MACRO databricks_length(x VARCHAR) AS CAST(length(x) AS INTEGER), (x BLOB) AS CAST(octet_length(x) AS INTEGER), (x BIGINT) AS CAST(length(CAST(x AS VARCHAR)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_octet_length(x VARCHAR) AS CAST(strlen(x) AS INTEGER), (x BLOB) AS CAST(octet_length(x) AS INTEGER);
CREATE OR REPLACE MACRO databricks_bit_length(x VARCHAR) AS CAST(8 * strlen(x) AS INTEGER), (x BLOB) AS CAST(8 * octet_length(x) AS INTEGER);
CREATE OR REPLACE MACRO databricks_instr(x, part) AS CAST(instr(x, part) AS INTEGER);
CREATE OR REPLACE MACRO databricks_locate(part, x) AS CAST(instr(x, part) AS INTEGER), (part, x, start) AS CAST(CASE WHEN start < 1 THEN 0 WHEN instr(substring(x, start), part) = 0 THEN 0 ELSE instr(substring(x, start), part) + start - 1 END AS INTEGER);
CREATE OR REPLACE MACRO databricks_substring(x, start) AS substring(x, CASE WHEN start = 0 THEN 1 WHEN start < 0 THEN greatest(length(x) + start + 1, 1) ELSE start END), (x, start, size) AS CASE WHEN start >= 0 THEN substring(x, greatest(start, 1), greatest(size, 0)) ELSE substring(x, greatest(length(x) + start + 1, 1), greatest(size + least(length(x) + start, 0), 0)) END;
CREATE OR REPLACE MACRO databricks_substring_index(x, separator, n) AS CASE WHEN n = 0 THEN '' WHEN n > 0 THEN array_to_string(list_slice(string_split(x, separator), 1, n), separator) ELSE array_to_string(list_slice(string_split(x, separator), greatest(len(string_split(x, separator)) + n + 1, 1), len(string_split(x, separator))), separator) END;
CREATE OR REPLACE MACRO databricks_left(x, n) AS left(CAST(x AS VARCHAR), greatest(n, 0));
CREATE OR REPLACE MACRO databricks_right(x, n) AS right(CAST(x AS VARCHAR), greatest(n, 0));
CREATE OR REPLACE MACRO databricks_lpad(x, n) AS lpad(x, n, ' '), (x, n, pad) AS lpad(x, n, pad);
CREATE OR REPLACE MACRO databricks_rpad(x, n) AS rpad(x, n, ' '), (x, n, pad) AS rpad(x, n, pad);
CREATE OR REPLACE MACRO databricks_ltrim(x) AS ltrim(x), (trimmed, x) AS ltrim(x, trimmed);
CREATE OR REPLACE MACRO databricks_rtrim(x) AS rtrim(x), (trimmed, x) AS rtrim(x, trimmed);
CREATE OR REPLACE MACRO databricks_btrim(x) AS trim(x), (x, trimmed) AS trim(x, trimmed);
CREATE OR REPLACE MACRO databricks_initcap(x) AS array_to_string(list_transform(string_split(lower(x), ' '), lambda w: upper(left(w, 1)) || substring(w, 2)), ' ');
CREATE OR REPLACE MACRO databricks_replace(x, part) AS replace(x, part, ''), (x, part, other) AS replace(x, part, other);
CREATE OR REPLACE MACRO databricks_space(n) AS repeat(' ', n);
CREATE OR REPLACE MACRO databricks_overlay(x, other, start) AS substring(x, 1, start - 1) || other || substring(x, start + length(other)), (x, other, start, size) AS substring(x, 1, start - 1) || other || substring(x, start + size);
CREATE OR REPLACE MACRO databricks_levenshtein(a, b) AS CAST(levenshtein(a, b) AS INTEGER);
CREATE OR REPLACE MACRO databricks_split_part(x, separator, n) AS CASE WHEN n = 0 THEN error('[INVALID_INDEX_OF_ZERO] The index 0 is invalid.') ELSE split_part(x, separator, n) END;
CREATE OR REPLACE MACRO databricks_split(x, pattern) AS regexp_split_to_array(x, pattern);
CREATE OR REPLACE MACRO databricks_base64(x VARCHAR) AS to_base64(encode(x)), (x BLOB) AS to_base64(x);
CREATE OR REPLACE MACRO databricks_sha2(x, bits) AS CASE WHEN bits IN (0, 256) THEN sha256(x) ELSE error('sha2 has 256 bits here') END;
CREATE OR REPLACE MACRO databricks_encode(x, charset) AS CASE WHEN upper(charset) IN ('UTF-8', 'UTF8', 'US-ASCII') THEN encode(x) ELSE error('the character set ' || charset || ' is not supported') END;
CREATE OR REPLACE MACRO databricks_uuid() AS CAST(uuid() AS VARCHAR);
CREATE OR REPLACE MACRO databricks_ascii(x) AS CASE WHEN x = '' THEN 0 ELSE ascii(x) END;
CREATE OR REPLACE MACRO databricks_concat_ws(separator, parts) AS array_to_string(parts, separator);
CREATE OR REPLACE MACRO databricks_find_in_set(x, list) AS CAST(coalesce(list_position(string_split(list, ','), x), 0) AS INTEGER);
CREATE OR REPLACE MACRO databricks_typeof(x) AS lower(typeof(x));

-- Patterns
CREATE OR REPLACE MACRO databricks_regexp_extract(x, pattern) AS regexp_extract(x, pattern, 1), (x, pattern, n) AS regexp_extract(x, pattern, n);
CREATE OR REPLACE MACRO databricks_regexp_extract_all(x, pattern) AS regexp_extract_all(x, pattern, 1), (x, pattern, n) AS regexp_extract_all(x, pattern, n);
CREATE OR REPLACE MACRO databricks_regexp_count(x, pattern) AS CAST(len(regexp_extract_all(x, pattern)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_regexp_substr(x, pattern) AS CASE WHEN regexp_matches(x, pattern) THEN regexp_extract(x, pattern) END;
CREATE OR REPLACE MACRO databricks_regexp_instr(x, pattern) AS CAST(CASE WHEN regexp_matches(x, pattern) THEN instr(x, regexp_extract(x, pattern)) ELSE 0 END AS INTEGER);

-- Dates and times. Text becomes a date or a timestamp in the session's time zone.
CREATE OR REPLACE MACRO databricks_moment(x VARCHAR) AS CAST(x AS TIMESTAMP WITH TIME ZONE), (x DATE) AS CAST(x AS TIMESTAMP WITH TIME ZONE), (x TIMESTAMP) AS x, (x TIMESTAMP WITH TIME ZONE) AS x;
CREATE OR REPLACE MACRO databricks_plus(x DATE, span INTERVAL) AS CAST(x + span AS DATE), (x TIMESTAMP, span INTERVAL) AS x + span, (x TIMESTAMP WITH TIME ZONE, span INTERVAL) AS x + span, (x VARCHAR, span INTERVAL) AS CAST(x AS TIMESTAMP WITH TIME ZONE) + span, (x INTERVAL, span INTERVAL) AS x + span;
CREATE OR REPLACE MACRO databricks_minus(x DATE, span INTERVAL) AS CAST(x - span AS DATE), (x TIMESTAMP, span INTERVAL) AS x - span, (x TIMESTAMP WITH TIME ZONE, span INTERVAL) AS x - span, (x VARCHAR, span INTERVAL) AS CAST(x AS TIMESTAMP WITH TIME ZONE) - span, (x INTERVAL, span INTERVAL) AS x - span;
CREATE OR REPLACE MACRO databricks_year(x) AS CAST(year(CAST(x AS DATE)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_quarter(x) AS CAST(quarter(CAST(x AS DATE)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_month(x) AS CAST(month(CAST(x AS DATE)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_day(x) AS CAST(day(CAST(x AS DATE)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_dayofweek(x) AS CAST(dayofweek(CAST(x AS DATE)) + 1 AS INTEGER);
CREATE OR REPLACE MACRO databricks_weekday(x) AS CAST(isodow(CAST(x AS DATE)) - 1 AS INTEGER);
CREATE OR REPLACE MACRO databricks_dayofyear(x) AS CAST(dayofyear(CAST(x AS DATE)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_weekofyear(x) AS CAST(weekofyear(CAST(x AS DATE)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_hour(x) AS CAST(hour(CAST(x AS TIMESTAMP)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_minute(x) AS CAST(minute(CAST(x AS TIMESTAMP)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_second(x) AS CAST(second(CAST(x AS TIMESTAMP)) AS INTEGER);
CREATE OR REPLACE MACRO databricks_dayname(x) AS strftime(CAST(x AS DATE), '%a');
CREATE OR REPLACE MACRO databricks_monthname(x) AS strftime(CAST(x AS DATE), '%b');
CREATE OR REPLACE MACRO databricks_date(x) AS CAST(x AS DATE);
CREATE OR REPLACE MACRO databricks_date_add(x, days) AS CAST(x AS DATE) + CAST(days AS INTEGER);
CREATE OR REPLACE MACRO databricks_date_sub(x, days) AS CAST(x AS DATE) - CAST(days AS INTEGER);
CREATE OR REPLACE MACRO databricks_datediff(a, b) AS CAST(CAST(a AS DATE) - CAST(b AS DATE) AS INTEGER);
CREATE OR REPLACE MACRO databricks_unit_diff(unit, a, b) AS date_sub(unit, CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP));
CREATE OR REPLACE MACRO databricks_add_months(x, n) AS CAST(CAST(x AS DATE) + to_months(CAST(n AS INTEGER)) AS DATE);
CREATE OR REPLACE MACRO databricks_months_between(a, b) AS CASE WHEN day(CAST(a AS DATE)) = day(CAST(b AS DATE)) OR (CAST(a AS DATE) = last_day(CAST(a AS DATE)) AND CAST(b AS DATE) = last_day(CAST(b AS DATE))) THEN CAST((year(CAST(a AS DATE)) - year(CAST(b AS DATE))) * 12 + month(CAST(a AS DATE)) - month(CAST(b AS DATE)) AS DOUBLE) ELSE round((year(CAST(a AS DATE)) - year(CAST(b AS DATE))) * 12 + month(CAST(a AS DATE)) - month(CAST(b AS DATE)) + (epoch(CAST(a AS TIMESTAMP)) - epoch(CAST(CAST(a AS DATE) AS TIMESTAMP)) + 86400 * day(CAST(a AS DATE)) - epoch(CAST(b AS TIMESTAMP)) + epoch(CAST(CAST(b AS DATE) AS TIMESTAMP)) - 86400 * day(CAST(b AS DATE))) / 2678400.0, 8) END;
CREATE OR REPLACE MACRO databricks_last_day(x) AS last_day(CAST(x AS DATE));
CREATE OR REPLACE MACRO databricks_next_day(x, name) AS CAST(x AS DATE) + CAST((list_position(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], upper(left(name, 2))) - isodow(CAST(x AS DATE)) + 6) % 7 + 1 AS INTEGER);
CREATE OR REPLACE MACRO databricks_date_trunc(unit, x) AS CAST(date_trunc(CASE upper(unit) WHEN 'YYYY' THEN 'year' WHEN 'YY' THEN 'year' WHEN 'MON' THEN 'month' WHEN 'MM' THEN 'month' WHEN 'DD' THEN 'day' ELSE lower(unit) END, CAST(x AS TIMESTAMP)) AS TIMESTAMP WITH TIME ZONE);
CREATE OR REPLACE MACRO databricks_trunc(x, unit) AS CAST(date_trunc(CASE upper(unit) WHEN 'YYYY' THEN 'year' WHEN 'YY' THEN 'year' WHEN 'MON' THEN 'month' WHEN 'MM' THEN 'month' ELSE lower(unit) END, CAST(x AS DATE)) AS DATE);
CREATE OR REPLACE MACRO databricks_timestamp(x) AS CAST(x AS TIMESTAMP WITH TIME ZONE);
CREATE OR REPLACE MACRO databricks_timestamp_ntz(x) AS CAST(x AS TIMESTAMP);
CREATE OR REPLACE MACRO databricks_timestamp_seconds(n) AS to_timestamp(n);
CREATE OR REPLACE MACRO databricks_timestamp_millis(n) AS to_timestamp(n / 1000);
CREATE OR REPLACE MACRO databricks_timestamp_micros(n) AS make_timestamptz(n);
CREATE OR REPLACE MACRO databricks_unix_timestamp() AS CAST(floor(epoch(now())) AS BIGINT), (x) AS CAST(floor(epoch(CAST(x AS TIMESTAMP WITH TIME ZONE))) AS BIGINT);
CREATE OR REPLACE MACRO databricks_unix_millis(x) AS epoch_ms(CAST(x AS TIMESTAMP WITH TIME ZONE));
CREATE OR REPLACE MACRO databricks_unix_micros(x) AS epoch_us(CAST(x AS TIMESTAMP WITH TIME ZONE));
CREATE OR REPLACE MACRO databricks_unix_date(x) AS CAST(CAST(x AS DATE) - DATE '1970-01-01' AS INTEGER);
CREATE OR REPLACE MACRO databricks_date_from_unix_date(n) AS DATE '1970-01-01' + CAST(n AS INTEGER);
CREATE OR REPLACE MACRO databricks_from_utc_timestamp(x, zone) AS timezone(current_setting('TimeZone'), timezone(zone, timezone('UTC', CAST(x AS TIMESTAMP))));
CREATE OR REPLACE MACRO databricks_to_utc_timestamp(x, zone) AS timezone(current_setting('TimeZone'), timezone('UTC', timezone(zone, CAST(x AS TIMESTAMP))));
CREATE OR REPLACE MACRO databricks_convert_timezone(zone, x) AS timezone(zone, CAST(x AS TIMESTAMP WITH TIME ZONE)), (source, zone, x) AS timezone(zone, timezone(source, CAST(x AS TIMESTAMP)));
CREATE OR REPLACE MACRO databricks_make_timestamp(y, m, d, h, mi, s) AS CAST(make_timestamp(y, m, d, h, mi, s) AS TIMESTAMP WITH TIME ZONE), (y, m, d, h, mi, s, zone) AS timezone(zone, make_timestamp(y, m, d, h, mi, s));
CREATE OR REPLACE MACRO databricks_to_unix_timestamp(x) AS CAST(floor(epoch(CAST(x AS TIMESTAMP WITH TIME ZONE))) AS BIGINT);

-- Arrays and maps
CREATE OR REPLACE MACRO databricks_at(x, i INTEGER) AS x[i + 1], (x, i BIGINT) AS x[i + 1], (x, i SMALLINT) AS x[i + 1], (x, i TINYINT) AS x[i + 1], (x, i VARCHAR) AS x[i];
CREATE OR REPLACE MACRO databricks_get(x, i) AS CASE WHEN i < 0 THEN NULL ELSE x[i + 1] END;
CREATE OR REPLACE MACRO databricks_element_at(x, i) AS x[i];
CREATE OR REPLACE MACRO databricks_size(x) AS CAST(CASE WHEN json_type(to_json(x)) = 'OBJECT' THEN len(json_keys(to_json(x))) ELSE json_array_length(to_json(x)) END AS INTEGER);
CREATE OR REPLACE MACRO databricks_array_size(x) AS CAST(len(x) AS INTEGER);
CREATE OR REPLACE MACRO databricks_array_position(x, item) AS CASE WHEN x IS NULL OR item IS NULL THEN NULL ELSE CAST(coalesce(list_position(x, item), 0) AS BIGINT) END;
CREATE OR REPLACE MACRO databricks_array_contains(x, item) AS CASE WHEN item IS NULL THEN NULL WHEN list_contains(x, item) THEN true WHEN len(list_filter(x, lambda i: i IS NULL)) > 0 THEN NULL ELSE list_contains(x, item) END;
CREATE OR REPLACE MACRO databricks_array_sort(x) AS list_sort(x, 'ASC', 'NULLS LAST');
CREATE OR REPLACE MACRO databricks_sort_array(x) AS list_sort(x, 'ASC', 'NULLS FIRST'), (x, ascending) AS CASE WHEN ascending THEN list_sort(x, 'ASC', 'NULLS FIRST') ELSE list_sort(x, 'DESC', 'NULLS LAST') END;
CREATE OR REPLACE MACRO databricks_array_join(x, separator) AS array_to_string(x, separator), (x, separator, other) AS array_to_string(list_transform(x, lambda i: coalesce(CAST(i AS VARCHAR), other)), separator);
CREATE OR REPLACE MACRO databricks_array_distinct(x) AS list_filter(x, lambda i, n: coalesce(list_position(x, i), list_position(list_transform(x, lambda j: j IS NULL), true)) = n);
CREATE OR REPLACE MACRO databricks_array_union(a, b) AS databricks_array_distinct(list_concat(a, b));
CREATE OR REPLACE MACRO databricks_array_except(a, b) AS databricks_array_distinct(list_filter(a, lambda i: NOT coalesce(list_contains(b, i), false)));
CREATE OR REPLACE MACRO databricks_array_intersect(a, b) AS databricks_array_distinct(list_filter(a, lambda i: coalesce(list_contains(b, i), false)));
CREATE OR REPLACE MACRO databricks_array_remove(x, item) AS list_filter(x, lambda i: i IS DISTINCT FROM item);
CREATE OR REPLACE MACRO databricks_array_compact(x) AS list_filter(x, lambda i: i IS NOT NULL);
CREATE OR REPLACE MACRO databricks_array_append(x, item) AS list_append(x, item);
CREATE OR REPLACE MACRO databricks_array_prepend(x, item) AS list_prepend(item, x);
CREATE OR REPLACE MACRO databricks_array_repeat(item, n) AS list_transform(range(CAST(greatest(n, 0) AS BIGINT)), lambda i: item);
CREATE OR REPLACE MACRO databricks_array_max(x) AS list_max(x);
CREATE OR REPLACE MACRO databricks_array_min(x) AS list_min(x);
CREATE OR REPLACE MACRO databricks_arrays_overlap(a, b) AS list_has_any(a, b);
CREATE OR REPLACE MACRO databricks_slice(x, start, size) AS CASE WHEN start > 0 THEN list_slice(x, start, start + size - 1) ELSE list_slice(x, len(x) + start + 1, len(x) + start + size) END;
CREATE OR REPLACE MACRO databricks_sequence(a INTEGER, b INTEGER) AS CAST(generate_series(a, b, CASE WHEN a <= b THEN 1 ELSE -1 END) AS INTEGER[]), (a BIGINT, b BIGINT) AS generate_series(a, b, CASE WHEN a <= b THEN 1 ELSE -1 END), (a INTEGER, b INTEGER, step INTEGER) AS CAST(generate_series(a, b, step) AS INTEGER[]), (a BIGINT, b BIGINT, step BIGINT) AS generate_series(a, b, step), (a DATE, b DATE) AS CAST(generate_series(CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP), INTERVAL 1 DAY) AS DATE[]), (a DATE, b DATE, step INTERVAL) AS CAST(generate_series(CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP), step) AS DATE[]), (a TIMESTAMP WITH TIME ZONE, b TIMESTAMP WITH TIME ZONE, step INTERVAL) AS generate_series(a, b, step);
CREATE OR REPLACE MACRO databricks_reverse(x) AS reverse(x);
CREATE OR REPLACE MACRO databricks_exists(x) AS CASE WHEN list_contains(x, true) THEN true WHEN len(list_filter(x, lambda i: i IS NULL)) > 0 THEN NULL ELSE false END;
CREATE OR REPLACE MACRO databricks_forall(x) AS CASE WHEN list_contains(x, false) THEN false WHEN len(list_filter(x, lambda i: i IS NULL)) > 0 THEN NULL ELSE true END;
CREATE OR REPLACE MACRO databricks_outer(x) AS CASE WHEN len(x) > 0 THEN x ELSE [NULL] END;
CREATE OR REPLACE MACRO databricks_map_contains_key(m, k) AS map_contains(m, k);
CREATE OR REPLACE MACRO databricks_map_from_arrays(k, v) AS map(k, v);
CREATE OR REPLACE MACRO databricks_map_entries(m) AS map_entries(m);
CREATE OR REPLACE MACRO databricks_map_from_entries(x) AS map_from_entries(x);

-- JSON
CREATE OR REPLACE MACRO databricks_get_json_object(x, path) AS TRY(json_extract_string(x, path));
CREATE OR REPLACE MACRO databricks_to_json(x) AS CAST(json_merge_patch('{}', to_json(x)) AS VARCHAR);
CREATE OR REPLACE MACRO databricks_json_array_length(x) AS CASE WHEN json_valid(x) AND json_type(x) = 'ARRAY' THEN CAST(json_array_length(x) AS INTEGER) END;
CREATE OR REPLACE MACRO databricks_json_object_keys(x) AS CASE WHEN json_valid(x) AND json_type(x) = 'OBJECT' THEN json_keys(x) END;
