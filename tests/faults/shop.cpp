#include "shop.h"

#include <map>

#include <arrow/api.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "lakeport/duckdb/duckdb.h"

namespace lakeport::faults {
namespace {

struct Column {
  std::string name;
  std::string type;  // PostgreSQL's
};

struct Table {
  std::string key;  // an SQL clause, or empty
  std::vector<Column> columns;
};

const std::map<std::string, Table>& shop_tables() {
  static const std::map<std::string, Table> tables{
      {"orders",
       {"PRIMARY KEY (id)",
        {{"id", "bigint"},
         {"customer", "text"},
         {"amount", "numeric(12,2)"},
         {"weight", "double precision"},
         {"paid", "boolean"},
         {"ordered_on", "date"},
         {"created_at", "timestamptz"},
         {"updated_at", "timestamp"},
         {"picture", "bytea"},
         {"details", "jsonb"}}}},
      {"order_lines",
       {"PRIMARY KEY (line, order_id)",
        {{"line", "integer"}, {"order_id", "bigint"}, {"article", "text"}, {"quantity", "smallint"}}}},
      {"visits", {"", {{"visit", "bigint"}, {"page", "text"}, {"seconds", "real"}}}},
      {"settings", {"PRIMARY KEY (name)", {{"name", "text"}, {"value", "text"}}}},
  };
  return tables;
}

// An SQL expression that gives one text for one value, the same in both databases.
std::string text_in_postgres(const Column& column) {
  const std::string name = "\"" + column.name + "\"";
  if (column.type == "timestamptz" || column.type == "timestamp") {
    return "(extract(epoch FROM " + name + ") * 1000000)::bigint::text";
  }
  if (column.type == "bytea") return "upper(encode(" + name + ", 'hex'))";
  // Whole eighths are exact in binary, so scaling them compares every bit that the test writes.
  if (column.type == "double precision" || column.type == "real") return "(" + name + " * 8)::bigint::text";
  return name + "::text";
}

std::string text_in_duckdb(const Column& column) {
  const std::string name = "\"" + column.name + "\"";
  if (column.type == "timestamptz" || column.type == "timestamp") return "epoch_us(" + name + ")::VARCHAR";
  if (column.type == "bytea") return "hex(" + name + ")";
  if (column.type == "double precision" || column.type == "real")
    return "(" + name + " * 8)::BIGINT::VARCHAR";
  return name + "::VARCHAR";
}

std::string select(const std::string& table, std::string (*text)(const Column&)) {
  std::string list;
  std::string order;
  int position = 0;
  for (const Column& column : shop_tables().at(table).columns) {
    list += (list.empty() ? "" : ", ") + text(column) + " AS c" + std::to_string(position);
    order += (order.empty() ? "" : ", ") + std::to_string(++position);
  }
  // Both sort text by its bytes: DuckDB always, PostgreSQL in a database with the C collation.
  return "SELECT " + list + " FROM public.\"" + table + "\" WHERE_CLAUSE ORDER BY " + order;
}

std::string with_condition(std::string sql, const std::string& condition) {
  const std::string mark = "WHERE_CLAUSE";
  return sql.replace(sql.find(mark), mark.size(), condition);
}

}  // namespace

Shop::Shop(std::string connection_string) : connection_string_(std::move(connection_string)) {}

std::vector<std::string> Shop::tables() {
  std::vector<std::string> names;
  for (const auto& [name, table] : shop_tables()) names.push_back(name);
  return names;
}

void Shop::create(int rows) const {
  fixtures::SqlSession session(connection_string_);
  const auto query = [&session](const std::string& sql) { session.execute(sql); };
  for (const auto& [name, table] : shop_tables()) {
    std::string columns;
    for (const Column& column : table.columns) columns += "\"" + column.name + "\" " + column.type + ", ";
    columns += table.key.empty() ? "" : table.key;
    if (table.key.empty()) columns.resize(columns.size() - 2);
    query(fmt::format("CREATE TABLE public.\"{}\" ({})", name, columns));
  }
  query("ALTER TABLE public.visits REPLICA IDENTITY FULL");
  const std::string n = std::to_string(rows);
  query(
      "INSERT INTO orders SELECT i, 'customer ' || i % 1000, i * 0.37, i / 8.0, CASE WHEN i % 5 <> 0 THEN i "
      "% 2 = 0 END,"
      " date '1999-01-01' + i % 5000, timestamptz '2001-02-03 04:05:06.123456Z' + i * interval '61 seconds',"
      " timestamp '0900-01-01' + i * interval '1 hour', decode(md5(i::text), 'hex'),"
      " jsonb_build_object('n', i, 'tags', jsonb_build_array('a', 'ü', null)) FROM generate_series(1, " +
      n + ") AS i");
  query(
      "INSERT INTO order_lines SELECT 1 + i % 3, i / 3, 'article ' || i % 77, i % 100 FROM "
      "generate_series(0, " +
      n + ") AS i");
  query("INSERT INTO visits SELECT i, '/page/' || i % 50, i % 800 / 8.0 FROM generate_series(1, " + n +
        ") AS i");
  query(
      "INSERT INTO settings SELECT 'setting ' || i, repeat('long value ' || i, 400) FROM generate_series(1, "
      "50) AS i");
}

void Shop::change(std::mt19937& random) const {
  const auto number = [&random](int limit) {
    return std::to_string(std::uniform_int_distribution<int>(0, limit - 1)(random));
  };
  const std::string modulus = std::to_string(50 + random() % 200);
  const std::string rest = number(50);
  const std::string matches = " % " + modulus + " = " + rest;
  std::string sql = "BEGIN;";
  sql +=
      "UPDATE orders SET amount = amount + 1.01, updated_at = updated_at + interval '1 day', details = NULL "
      "WHERE id" +
      matches + ";";
  sql +=
      "INSERT INTO orders (id, customer, picture) SELECT coalesce(max(id), 0) + i, E'new\\n\"' || i, "
      "''::bytea FROM orders, "
      "generate_series(1, 40) AS i GROUP BY i;";
  sql += "DELETE FROM orders WHERE (id + 7)" + matches + " AND id % 3 = 0;";
  sql += "UPDATE order_lines SET line = line + 10 WHERE order_id" + matches + ";";
  sql += "DELETE FROM order_lines WHERE (order_id + 3)" + matches + ";";
  sql += "UPDATE visits SET seconds = seconds + 0.125, page = NULL WHERE visit" + matches + ";";
  sql +=
      "INSERT INTO visits SELECT coalesce(max(visit), 0) + i, 'last', NULL FROM visits, generate_series(1, "
      "20) AS i GROUP "
      "BY i;";
  // A new value in one column only, beside a large one that stays: an unchanged TOAST value.
  sql += "UPDATE settings SET name = name || '+' WHERE name LIKE '%" + number(10) + "';";
  if (random() % 5 == 0) {
    sql +=
        "TRUNCATE settings; INSERT INTO settings SELECT 'again ' || i, repeat('x', i * 300) FROM "
        "generate_series(1, 30) AS "
        "i;";
  }
  fixtures::SqlSession(connection_string_).execute(sql + "COMMIT;");
}

Rows Shop::rows(const std::string& table) const {
  return fixtures::SqlSession(connection_string_).query(with_condition(select(table, text_in_postgres), ""));
}

Rows rows_in_duckdb(const std::filesystem::path& database, const std::string& table) {
  auto opened = duckdb::Database::open(database, {});
  if (!opened) {
    ADD_FAILURE() << opened.error().to_string();
    return {};
  }
  auto connection = opened->connect();
  auto result =
      connection->query(with_condition(select(table, text_in_duckdb), "WHERE NOT _fivetran_deleted"));
  if (!result) {
    ADD_FAILURE() << result.error().to_string();
    return {};
  }
  Rows rows;
  const auto combined = (*result)->CombineChunks().ValueOrDie();
  rows.resize(combined->num_rows());
  for (int column = 0; column < combined->num_columns() && combined->num_rows() > 0; ++column) {
    const auto& values = static_cast<const arrow::StringArray&>(*combined->column(column)->chunk(0));
    for (std::int64_t row = 0; row < values.length(); ++row) {
      if (values.IsNull(row)) {
        rows[row].emplace_back(std::nullopt);
      } else {
        rows[row].emplace_back(values.GetString(row));
      }
    }
  }
  return rows;
}

}  // namespace lakeport::faults
