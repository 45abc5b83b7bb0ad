// Runs the files in cases/: translations executed on DuckDB. See cases/README.md.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <arrow/api.h>
#include <gtest/gtest.h>

#include "lakeport/duckdb/duckdb.h"
#include "lakeport/lakehouse/dialect.h"

namespace lakeport::lakehouse {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path);
  return {(std::istreambuf_iterator<char>(file)), {}};
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find(separator, begin)) != std::string::npos;
       begin = end + separator.size()) {
    parts.push_back(text.substr(begin, end - begin));
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (&part == parts.data() ? "" : " | ") + part;
  return out;
}

struct Answer {
  std::vector<std::string> columns;  // "name type"
  std::vector<std::string> rows;
};

class Cases : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto database = duckdb::Database::open_in_memory({});
    ASSERT_TRUE(database);
    connection_ = std::make_unique<duckdb::Connection>(*database->connect());
    const auto macros = connection_->execute(read_file("src/lakehouse/engine/databricks_functions.sql"));
    ASSERT_TRUE(macros) << macros.error().to_string();
    translator_ = *Translator::create({});
  }
  static void TearDownTestSuite() {
    translator_.reset();
    connection_.reset();
  }

  static Result<std::vector<std::vector<std::string>>> rows_of(const std::string& duckdb_sql) {
    LAKEPORT_ASSIGN_OR_RETURN(const auto table, connection_->query(duckdb_sql));
    std::vector<std::vector<std::string>> rows(static_cast<std::size_t>(table->num_rows()));
    for (const auto& column : table->columns()) {
      for (std::int64_t row = 0; row < table->num_rows(); ++row) {
        const auto value = *column->GetScalar(row);
        rows[static_cast<std::size_t>(row)].push_back(value->is_valid ? value->ToString() : "NULL");
      }
    }
    return rows;
  }

  static Result<Answer> ask(const std::string& databricks_sql) {
    LAKEPORT_ASSIGN_OR_RETURN(const Translation translation, translator_->translate(databricks_sql));
    LAKEPORT_ASSIGN_OR_RETURN(const auto described, rows_of("DESCRIBE " + translation.duckdb_sql));
    Answer answer;
    for (const auto& column : described) {
      LAKEPORT_ASSIGN_OR_RETURN(const std::string type, databricks_type(column[1]));
      answer.columns.push_back(column[0] + " " + type);
    }
    LAKEPORT_ASSIGN_OR_RETURN(
        const auto rows, rows_of("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM (" + translation.duckdb_sql + ")"));
    for (const auto& row : rows) answer.rows.push_back(joined(row));
    return answer;
  }

  static void expect_error(const Result<Answer>& answer, const std::string& text, const std::string& place) {
    if (answer) {
      ADD_FAILURE() << place << ": no error, but " << joined(answer->rows);
    } else {
      EXPECT_NE(answer.error().to_string().find(text), std::string::npos)
          << place << ": " << answer.error().to_string();
    }
  }

  void run_expressions(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    int number = 0;
    while (std::getline(file, line)) {
      ++number;
      const std::string place = path.filename().string() + ":" + std::to_string(number) + ": " + line;
      const auto parts = split(line, " ==> ");
      ASSERT_GE(parts.size(), 2U) << place;
      const auto answer = ask("SELECT " + parts[0] + " AS x");
      if (parts[1].starts_with("error ")) {
        expect_error(answer, parts[1].substr(6), place);
        continue;
      }
      ASSERT_EQ(parts.size(), 3U) << place;
      if (!answer) {
        ADD_FAILURE() << place << ": " << answer.error().to_string();
        continue;
      }
      EXPECT_EQ(joined(answer->columns), "x " + parts[1]) << place;
      EXPECT_EQ(joined(answer->rows), parts[2]) << place;
    }
    EXPECT_GT(number, 50) << path;
  }

  static std::unique_ptr<duckdb::Connection> connection_;
  static std::unique_ptr<Translator> translator_;
};
std::unique_ptr<duckdb::Connection> Cases::connection_;
std::unique_ptr<Translator> Cases::translator_;

TEST_F(Cases, Numbers) { run_expressions("tests/lakehouse/sql/cases/numbers.expressions"); }
TEST_F(Cases, Text) { run_expressions("tests/lakehouse/sql/cases/text.expressions"); }
TEST_F(Cases, Times) { run_expressions("tests/lakehouse/sql/cases/times.expressions"); }
TEST_F(Cases, Collections) { run_expressions("tests/lakehouse/sql/cases/collections.expressions"); }

TEST_F(Cases, Queries) {
  const auto blocks = split(read_file("tests/lakehouse/sql/cases/queries.queries"), "\n\n");
  EXPECT_GT(blocks.size(), 80U);
  for (const std::string& block : blocks) {
    std::string sql;
    std::string expected;
    std::vector<std::string> rows;
    for (const std::string& line : split(block, "\n")) {
      if (line.ends_with(";;")) {
        const std::string change = line.substr(0, line.size() - 2);
        const bool create = change.starts_with("CREATE");  // the engine's own, no query
        const auto translation = create ? Translation{change, false} : translator_->translate(change);
        ASSERT_TRUE(translation) << change << ": " << translation.error().to_string();
        const auto done = connection_->execute(translation->duckdb_sql);
        ASSERT_TRUE(done) << change << ": " << done.error().to_string();
      } else if (line.starts_with("-- ")) {
        expected = line.substr(3);
      } else if (!expected.empty()) {
        if (!line.empty()) rows.push_back(line);
      } else {
        sql += line + "\n";
      }
    }
    const auto answer = ask(sql);
    if (expected.starts_with("error ")) {
      expect_error(answer, expected.substr(6), sql);
      continue;
    }
    if (!answer) {
      ADD_FAILURE() << sql << ": " << answer.error().to_string();
      continue;
    }
    EXPECT_EQ(joined(answer->columns), expected) << sql;
    EXPECT_EQ(answer->rows, rows) << sql;
  }
}

// What the quick way gives means what the parsed translation means.
TEST_F(Cases, TheQuickWayAgreesWithTheParsedOne) {
  ASSERT_TRUE(
      connection_->execute("CREATE OR REPLACE TABLE q (id INTEGER, name VARCHAR, amount DECIMAL(10, 2), "
                           "day DATE, \"default\" INTEGER)"));
  ASSERT_TRUE(
      connection_->execute("INSERT INTO q VALUES (1, 'a', 1.50, '2024-01-01', 1), (2, 'it''s', NULL, "
                           "'2024-06-30', 2), (NULL, NULL, -2.25, NULL, NULL)"));
  for (const std::string& sql : {
           std::string("SELECT * FROM q ORDER BY id"),
           std::string("SELECT id, upper(name), length(name), substring(name, 1, 2) FROM q ORDER BY id DESC"),
           std::string("SELECT count(*), sum(amount), min(day), max(id), avg(id) FROM q"),
           std::string(
               "SELECT year(day) AS y, month(day) m, dayofweek(day) FROM q WHERE day IS NOT NULL ORDER BY 3"),
           std::string(
               "SELECT name, count(DISTINCT id) FROM q GROUP BY name HAVING count(*) >= 1 ORDER BY name"),
           std::string("SELECT a.id, b.name FROM q a LEFT JOIN q b ON a.id = b.default ORDER BY a.id"),
           std::string(
               "SELECT CASE WHEN id = 1 THEN \"one\" ELSE 'more' END AS c FROM q WHERE name LIKE '%t%'"),
           std::string(
               "SELECT id FROM q WHERE id IN (1, 2) AND NOT id = 1 AND day BETWEEN DATE '2024-01-01' AND "
               "DATE '2024-12-31'"),
           std::string("WITH t AS (SELECT id AS i FROM q UNION ALL SELECT 5 AS i) SELECT max(i) FROM t"),
           std::string("SELECT coalesce(id, 0) AS c, nullif(id, 1), greatest(id, 1), nvl(name, '?') FROM q "
                       "ORDER BY 1"),
       }) {
    const auto quick = translator_->translate(sql);
    ASSERT_TRUE(quick) << sql;
    EXPECT_FALSE(quick->translated) << sql;
    // A construct that only the parser knows, and that changes nothing.
    const bool with = sql.starts_with("WITH");
    const std::string parsed_sql =
        with ? sql + " /* */ WHERE 1 <=> 1" : "SELECT * FROM (" + sql + ") WHERE 1 <=> 1";
    const auto parsed = translator_->translate(parsed_sql);
    ASSERT_TRUE(parsed) << sql << ": " << parsed.error().to_string();
    EXPECT_TRUE(parsed->translated);
    const auto a = ask(sql);
    const auto b = ask(parsed_sql);
    ASSERT_TRUE(a) << sql << ": " << a.error().to_string();
    ASSERT_TRUE(b) << sql << ": " << b.error().to_string();
    EXPECT_EQ(a->columns, b->columns) << sql;
    EXPECT_EQ(a->rows, b->rows) << sql;
  }
}

}  // namespace
}  // namespace lakeport::lakehouse
