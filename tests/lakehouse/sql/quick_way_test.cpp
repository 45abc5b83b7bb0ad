#include "quick_way.h"

#include <gtest/gtest.h>

namespace lakeport::lakehouse {
namespace {

std::string quick(std::string_view sql) {
  const auto tokens = lex(sql);
  if (!tokens) return tokens.error().to_string();
  return translate_quickly(*tokens).value_or("parse");
}

TEST(QuickWay, TouchesOnlyQuotesAndReservedWords) {
  EXPECT_EQ(quick("select a, `b c`, \"it's\" from main.default.t where x = 'a\\'b' -- end"),
            "SELECT a, \"b c\", 'it''s' AS \"it's\" FROM main.\"default\".t WHERE x = 'a''b'");
  EXPECT_EQ(quick("SELECT * FROM t WHERE id = :id AND name LIKE 'a%' LIMIT ?"),
            "SELECT * FROM t WHERE id = $id AND name LIKE 'a%' LIMIT ?");
  EXPECT_EQ(quick("INSERT INTO s.t (a, `default`) VALUES (1, 'x'), (2, NULL)"),
            "INSERT INTO s.t (a, \"default\") VALUES (1, 'x'), (2, NULL)");
  EXPECT_EQ(
      quick("SELECT g, sum(x) AS `end` FROM t GROUP BY g HAVING count(*) > 1 ORDER BY 2 DESC NULLS LAST"),
      "SELECT g, sum(x) AS \"end\" FROM t GROUP BY g HAVING count(*) > 1 ORDER BY 2 DESC NULLS LAST");
  EXPECT_EQ(quick("SELECT r'a\\b' AS x, date '2024-01-01', date FROM t"),
            "SELECT 'a\\b' AS x, DATE '2024-01-01' AS \"DATE '2024-01-01'\", date FROM t");
  EXPECT_EQ(quick("SELECT sum(x) OVER (PARTITION BY a ORDER BY b) AS s FROM t"),
            "SELECT sum(x) OVER (PARTITION BY a ORDER BY b) AS s FROM t");
}

TEST(QuickWay, TellsDefaultsFromNames) {
  EXPECT_EQ(quick("INSERT INTO default.t (default) VALUES (default), (1)"),
            "INSERT INTO \"default\".t (\"default\") VALUES (DEFAULT), (1)");
  EXPECT_EQ(quick("UPDATE t SET default = DEFAULT WHERE default > 1"),
            "UPDATE t SET \"default\" = DEFAULT WHERE \"default\" > 1");
  EXPECT_EQ(quick("UPDATE t AS x SET x.a = 1"), "parse");
}

TEST(QuickWay, NamesColumnsAsDatabricksDoes) {
  EXPECT_EQ(
      quick("SELECT COUNT(*), count(DISTINCT t.a), UPPER(lower(b)), 1 FROM t"),
      "SELECT count(*) AS \"count(1)\", count(DISTINCT t.a) AS \"count(DISTINCT a)\", upper(lower(b)) AS "
      "\"upper(lower(b))\", 1 AS \"1\" FROM t");
  EXPECT_EQ(quick("SELECT x.*, max(a) m, t.`b c` FROM t WHERE a IN (SELECT min(a) FROM u)"),
            "SELECT x.*, max(a) m, t.\"b c\" FROM t WHERE a IN (SELECT min(a) AS \"min(a)\" FROM u)");
  EXPECT_EQ(quick("SELECT a + 1 FROM t"), "parse");
}

TEST(QuickWay, LeavesTheRestToTheParser) {
  for (const std::string_view sql : {"SELECT 1 / 2",
                                     "SELECT a <=> b FROM t",
                                     "SELECT CAST(a AS int) FROM t",
                                     "SELECT a::int FROM t",
                                     "SELECT arr[0] FROM t",
                                     "SELECT c:d FROM t",
                                     "SELECT my_function(a) FROM t",
                                     "SELECT 1L",
                                     "SELECT 1.5BD",
                                     "SELECT 'a' 'b'",
                                     "SELECT * FROM 'file.csv'",
                                     "SELECT a FROM t LATERAL VIEW explode(b)",
                                     "SELECT a LIKE 'x\\_y' FROM t",
                                     "SELECT a LIKE b FROM t",
                                     "SELECT interval '1' day",
                                     "VALUES (1)",
                                     "SELECT * EXCEPT (a) FROM t",
                                     "SELECT timestamp '2024-01-01'",
                                     "SELECT X'1F'",
                                     "SELECT `f`(1)",
                                     "SELECT a ^ b FROM t",
                                     "SELECT x -> 1 FROM t",
                                     "SELECT coalesce()",
                                     "SELECT max(1, 2)",
                                     "INSERT OVERWRITE t SELECT 1",
                                     "SELECT * FROM VALUES (1)",
                                     "SELECT 1 >> 2",
                                     "SELECT 10000000000000000000"}) {
    EXPECT_EQ(quick(sql), "parse") << sql;
  }
}

}  // namespace
}  // namespace lakeport::lakehouse
