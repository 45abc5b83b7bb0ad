// What a statement pays for Databricks' dialect: the quick way, the cache and the helper, each beside
// DuckDB's own parser on the same statement. bench_translate [--json]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include <duckdb.h>

#include "lakeport/lakehouse/dialect.h"

namespace {

using lakeport::lakehouse::Translator;
using Clock = std::chrono::steady_clock;

constexpr double kQuickGoal = 50;    // µs: issue 4
constexpr double kCachedGoal = 100;  // µs
constexpr double kHelperGoal = 20'000;

const char* const kPlain =
    "SELECT o.order_id, o.customer_id, o.status, upper(c.name) AS name, sum(o.amount) AS total, count(*) AS "
    "n "
    "FROM main.default.orders o JOIN `main`.`default`.customers c ON o.customer_id = c.id "
    "WHERE o.status IN ('open', \"paid\") AND o.amount >= 100.5 AND c.country LIKE 'D%' "
    "GROUP BY o.order_id, o.customer_id, o.status, c.name HAVING count(*) > 1 ORDER BY total DESC LIMIT 100";
const char* const kSmall = "SELECT * FROM main.default.orders WHERE order_id = :id";
const char* const kForeign =
    "SELECT customer_id, date_format(order_date, 'yyyy-MM') AS month, amount DIV 10 AS tens, "
    "collect_list(status) AS statuses, named_struct('a', 1).a AS one FROM main.default.orders o "
    "LATERAL VIEW explode(items) i AS item WHERE o.customer_id <=> :customer AND order_date >= "
    "date_sub(current_date(), 30) GROUP BY ALL ORDER BY month DESC LIMIT 100";

// The fastest of several rounds, in µs a call: what else the machine does only adds.
double microseconds(int rounds, int calls, const std::function<void(int)>& call) {
  double best = 1e18;
  for (int round = 0; round < rounds; ++round) {
    const auto begin = Clock::now();
    for (int i = 0; i < calls; ++i) call(round * calls + i);
    const std::chrono::duration<double, std::micro> took = Clock::now() - begin;
    best = std::min(best, took.count() / calls);
  }
  return best;
}

class Parser {
 public:
  Parser() {
    if (duckdb_open(nullptr, &database_) != DuckDBSuccess ||
        duckdb_connect(database_, &connection_) != DuckDBSuccess) {
      std::exit(1);
    }
  }
  ~Parser() {
    duckdb_disconnect(&connection_);
    duckdb_close(&database_);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  void parse(const std::string& sql) {
    duckdb_extracted_statements statements = nullptr;
    if (duckdb_extract_statements(connection_, sql.c_str(), &statements) != 1) {
      std::fprintf(stderr, "DuckDB does not parse: %s\n", sql.c_str());
      std::exit(1);
    }
    duckdb_destroy_extracted(&statements);
  }

 private:
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

void print(const std::string& name, double measured, double goal) {
  std::printf(R"({"name":"%s","measured":%.2f,"goal":%.2f,"met":%s})"
              "\n",
              name.c_str(), measured, goal, measured <= goal ? "true" : "false");
}

std::string translate(Translator& translator, const std::string& sql) {
  auto translation = translator.translate(sql);
  if (!translation) {
    std::fprintf(stderr, "%s\n", translation.error().to_string().c_str());
    std::exit(1);
  }
  return translation->duckdb_sql;
}

void quick(Translator& translator, Parser& parser, const std::string& label, const std::string& sql) {
  const std::string duckdb_sql = translate(translator, sql);
  const double ours = microseconds(20, 500, [&](int) { translate(translator, sql); });
  const double parsed = microseconds(20, 500, [&](int) { parser.parse(duckdb_sql); });
  print("translate " + label + " the quick way, us", ours, kQuickGoal);
  print("translate " + label + " the quick way / DuckDB's parser", ours / parsed, 1.0);
}

}  // namespace

int main() {
  auto translator = Translator::create({});
  if (!translator) return 1;
  Parser parser;
  quick(**translator, parser, "a small query", kSmall);
  quick(**translator, parser, "a query of 70 words", kPlain);

  const std::string foreign = kForeign;
  const std::string duckdb_sql = translate(**translator, foreign);
  const double parsed = microseconds(20, 500, [&](int) { parser.parse(duckdb_sql); });
  const double cached = microseconds(20, 500, [&](int) { translate(**translator, foreign); });
  const double asked = microseconds(5, 20, [&](int i) {
    std::string sql = foreign;
    const auto limit = sql.find("LIMIT 100");
    translate(**translator, sql.replace(limit, 9, "LIMIT " + std::to_string(1000 + i)));
  });
  print("translate a query that must be parsed, from the cache, us", cached, kCachedGoal);
  print("translate a query that must be parsed, from the cache / DuckDB's parser", cached / parsed, 2.0);
  print("translate a query that must be parsed, by the helper, us", asked, kHelperGoal);
  std::fprintf(stderr, "by the helper / DuckDB's parser: %.0f\n", asked / parsed);
  return 0;
}
