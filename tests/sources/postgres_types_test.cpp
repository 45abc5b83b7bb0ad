// Every type with its extremes, through the snapshot and through the replication stream: both must give what
// PostgreSQL prints.
#include <gtest/gtest.h>

#include "postgres_fixture.h"

namespace lakeport::sources::testing {
namespace {

using PostgresTypes = PostgresTest;
namespace sdk = fivetran_sdk::v2;

struct TypeCase {
  std::string type;
  sdk::DataType becomes;
  std::vector<std::string> literals;  // SQL
};

std::vector<TypeCase> simple_types() {
  return {
      {"boolean", sdk::BOOLEAN, {"true", "false"}},
      {"smallint", sdk::SHORT, {"-32768", "32767", "0"}},
      {"integer", sdk::INT, {"-2147483648", "2147483647"}},
      {"bigint", sdk::LONG, {"-9223372036854775808", "9223372036854775807"}},
      {"oid", sdk::LONG, {"4294967295", "0"}},
      {"real", sdk::FLOAT, {"'NaN'", "'Infinity'", "'-Infinity'", "1.1", "3.4028235e38", "1e-45", "-0"}},
      {"double precision",
       sdk::DOUBLE,
       {"'NaN'", "'Infinity'", "'-Infinity'", "0.1", "1.7976931348623157e308", "5e-324",
        "123456789.123456789"}},
      {"numeric(12,2)",
       sdk::DECIMAL,
       {"9999999999.99", "-9999999999.99", "0.01", "-0.01", "0", "10000", "'NaN'"}},
      {"numeric(38,0)", sdk::DECIMAL, {"99999999999999999999999999999999999999", "-1"}},
      {"numeric(38,37)",
       sdk::DECIMAL,
       {"9.9999999999999999999999999999999999999", "-0.0000000000000000000000000000000000001"}},
      {"numeric(3,-2)", sdk::DECIMAL, {"99900", "-100"}},
      {"numeric(2,5)", sdk::DECIMAL, {"0.00099", "0"}},
      {"numeric(60,20)", sdk::DECIMAL, {"1234567890123456789012345678901234567890.12345678901234567890"}},
      {"numeric",
       sdk::DECIMAL,
       {"0", "0.00", "1e100", "1e-100", "-123.4500", "'NaN'", "'Infinity'", "'-Infinity'", "100000000",
        "0.0001", "10000.00010000"}},
      {"money", sdk::DECIMAL, {}},
      {"date",
       sdk::NAIVE_DATE,
       {"'2024-02-29'", "'1969-12-31'", "'0001-01-01'", "'0044-03-15 BC'", "'4713-01-01 BC'", "'9999-12-31'",
        "'5874897-12-31'", "'infinity'", "'-infinity'", "'1900-03-01'", "'0001-12-31 BC'"}},
      {"time", sdk::NAIVE_TIME, {"'00:00:00'", "'23:59:59.999999'", "'24:00:00'", "'10:15:30.1'"}},
      {"timestamp",
       sdk::NAIVE_DATETIME,
       {"'2024-02-29 12:34:56.789012'", "'1969-12-31 23:59:59.999999'", "'0001-01-01 00:00:00'",
        "'0044-03-15 12:00:00.5 BC'", "'4713-01-01 00:00:00 BC'", "'9999-12-31 23:59:59.999999'",
        "'12345-06-07 08:09:10'", "'infinity'", "'-infinity'"}},
      {"timestamptz",
       sdk::UTC_DATETIME,
       {"'2024-02-29 12:34:56.789012+05:30'", "'1883-11-18 12:03:57-05'", "'0044-03-15 12:00:00+00 BC'",
        "'12345-06-07 08:09:10.000001+00'", "'infinity'", "'-infinity'"}},
      {"timetz", sdk::STRING, {"'10:15:30.5+02'", "'00:00:00-15:59'"}},
      {"interval", sdk::STRING, {"'1 year 2 mons -3 days 04:05:06.789'", "'-178000000 years'", "'0'"}},
      {"text",
       sdk::STRING,
       {"''", "'plain'", "E'tab\\t\\nline \"quote\\\" \\\\'", "'ünï — 漢字 🦆'", "repeat('x', 100000)"}},
      {"varchar(10)", sdk::STRING, {"'ten chars.'", "''"}},
      {"char(5)", sdk::STRING, {"'ab'", "''", "'abcde'"}},
      {"\"char\"", sdk::STRING, {"'x'", "''"}},
      {"name", sdk::STRING, {"'a name'"}},
      {"bytea", sdk::BINARY, {"'\\x'", "'\\x00ff00'", "decode(repeat('00deadbeef', 5000), 'hex')"}},
      {"uuid",
       sdk::STRING,
       {"'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'00000000-0000-0000-0000-000000000000'"}},
      {"json",
       sdk::JSON,
       {"'{\"b\":1,  \"a\" : [1,2 ,null]}'", "'null'", "'  7 '", "'\"text\"'", "'{\"a\":1,\"a\":2}'"}},
      {"jsonb", sdk::JSON, {"'{\"b\":1,  \"a\" : [1,2 ,null]}'", "'null'", "'1.2300'", "'\"ü\"'"}},
      {"xml", sdk::XML, {"'<a b=\"c\">ü</a>'", "'text &amp; more'"}},
      {"inet", sdk::STRING, {"'192.168.0.1'", "'192.168.0.1/24'", "'::1'"}},
      {"cidr", sdk::STRING, {"'10.0.0.0/8'", "'2001:db8::/32'"}},
      {"macaddr", sdk::STRING, {"'08:00:2b:01:02:03'"}},
      {"macaddr8", sdk::STRING, {"'08:00:2b:01:02:03:04:05'"}},
      {"bit(3)", sdk::STRING, {"B'101'"}},
      {"bit varying", sdk::STRING, {"B''", "B'1011'"}},
      {"point", sdk::STRING, {"'(1.5,-2)'"}},
      {"line", sdk::STRING, {"'{1,2,3}'"}},
      {"lseg", sdk::STRING, {"'[(0,0),(1,1)]'"}},
      {"box", sdk::STRING, {"'(1,1),(0,0)'"}},
      {"path", sdk::STRING, {"'[(0,0),(1,1),(2,0)]'"}},
      {"polygon", sdk::STRING, {"'((0,0),(1,1),(2,0))'"}},
      {"circle", sdk::STRING, {"'<(0,0),2>'"}},
      {"tsvector", sdk::STRING, {"'fat:2,4 cat:3 rat:5A'", "''"}},
      {"tsquery", sdk::STRING, {"'fat & !rat'"}},
      {"int4range", sdk::STRING, {"'[1,10)'", "'empty'", "'(,)'"}},
      {"tstzrange", sdk::STRING, {"'[2024-01-01 00:00+00,2024-01-02 00:00+02)'"}},
      {"int4multirange", sdk::STRING, {"'{[1,3),[5,6)}'", "'{}'"}},
      {"pg_lsn", sdk::STRING, {"'16/B374D848'"}},
      {"regclass", sdk::STRING, {"'pg_class'"}},
      {"jsonpath", sdk::STRING, {"'$.a[*] ? (@ > 1)'"}},
      {"mood", sdk::STRING, {"'happy'", "'so ''so'''"}},
      {"pair", sdk::STRING, {"ROW(1, 'a \"b\"')", "ROW(NULL, NULL)"}},
      {"positive", sdk::INT, {"7"}},
      {"short_text", sdk::STRING, {"'ab'"}},
      {"mood_domain", sdk::STRING, {"'happy'"}},
  };
}

std::string lower_name(sdk::DataType type) { return sdk::DataType_Name(type); }

TEST_F(PostgresTypes, EveryTypeInSnapshotAndStream) {
  sql().execute(
      "CREATE TYPE mood AS ENUM ('happy', 'so ''so'''); CREATE TYPE pair AS (n integer, t text);"
      "CREATE DOMAIN positive AS integer CHECK (VALUE > 0); CREATE DOMAIN short_text AS char(4);"
      "CREATE DOMAIN mood_domain AS mood");
  const auto types = simple_types();
  std::vector<std::string> inserts;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::string table = "t" + std::to_string(i);
    sql().execute("CREATE TABLE " + table + " (id integer PRIMARY KEY, v " + types[i].type + ")");
    std::string values;
    auto literals = types[i].literals;
    if (types[i].type == "money")
      literals = {"1234.56", "-0.01", "'92233720368547758.07'", "'-92233720368547758.08'"};
    for (std::size_t n = 0; n < literals.size(); ++n) {
      values += "(" + std::to_string(n) + ", (" + literals[n] + ")::" + types[i].type + "), ";
    }
    values += "(-1, NULL)";
    inserts.push_back("INSERT INTO " + table + " VALUES " + values);
    sql().execute(inserts.back());
  }
  Platform platform(configuration());
  expect_sync(platform);
  const auto compare = [&] {
    for (std::size_t i = 0; i < types.size(); ++i) {
      SCOPED_TRACE(types[i].type);
      const std::string table = "t" + std::to_string(i);
      EXPECT_EQ(lower_name(platform.table("public." + table).columns.at("v").type()),
                lower_name(types[i].becomes));
      if (types[i].type == "money") {
        // PostgreSQL's text has its locale's signs; the number behind it is what counts.
        for (const auto& row : sql().query("SELECT id, v::numeric FROM " + table + " WHERE v IS NOT NULL")) {
          EXPECT_EQ(platform.table("public." + table).rows.at("int:" + *row[0] + "|").at("v"),
                    "decimal:" + *row[1]);
        }
        continue;
      }
      platform.expect_same(sql(), "public", table);
    }
  };
  compare();
  for (std::size_t i = 0; i < types.size(); ++i) {
    sql().execute("DELETE FROM t" + std::to_string(i));
    sql().execute(inserts[i]);
    sql().execute("UPDATE t" + std::to_string(i) + " SET id = id + 100 WHERE id % 2 = 0");
  }
  expect_sync(platform);
  EXPECT_EQ(platform.truncates(), 0);
  compare();
}

TEST_F(PostgresTypes, DecimalParamsAreDeclared) {
  sql().execute(
      "CREATE TABLE t (id integer PRIMARY KEY, a numeric(12,2), b numeric, c numeric(50,3), d numeric(3,-2), "
      "e numeric(2,5), f "
      "money)");
  Platform platform(configuration());
  expect_sync(platform);
  const auto& columns = platform.table("public.t").columns;
  const auto params = [&columns](const std::string& name) {
    const auto& column = columns.at(name);
    return column.has_params() ? std::to_string(column.params().decimal().precision()) + "," +
                                     std::to_string(column.params().decimal().scale())
                               : "";
  };
  EXPECT_EQ(params("a"), "12,2");
  EXPECT_EQ(params("b"), "");
  EXPECT_EQ(params("c"), "");
  EXPECT_EQ(params("d"), "5,0");
  EXPECT_EQ(params("e"), "5,5");
  EXPECT_EQ(params("f"), "19,2");
}

TEST_F(PostgresTypes, ArraysBecomeJson) {
  sql().execute("CREATE TYPE mood AS ENUM ('happy', 'sad')");
  sql().execute("CREATE DOMAIN tags AS text[]");
  const std::vector<std::array<std::string, 3>> cases = {
      {"integer[]", "'{1,NULL,-3}'", "[1,null,-3]"},
      {"integer[]", "'{}'", "[]"},
      {"integer[]", "'{{1,2},{3,4}}'", "[[1,2],[3,4]]"},
      {"integer[]", "'[5:6]={1,2}'", "[1,2]"},
      {"text[]", R"('{"a b","c\"d","e\\f",NULL,"NULL","",ü,"x,y","{z}"}')",
       R"(["a b","c\"d","e\\f",null,"NULL","","ü","x,y","{z}"])"},
      {"text[]", R"(ARRAY[E'line\nbreak\ttab\x01'])", R"(["line\nbreak\ttab\u0001"])"},
      {"boolean[]", "'{t,f,NULL}'", "[true,false,null]"},
      {"float8[]", "'{1.5,NaN,-Infinity,1e300}'", R"([1.5,"NaN","-Infinity",1e+300])"},
      {"numeric[]", "'{1.50,NaN}'", R"([1.50,"NaN"])"},
      {"jsonb[]", R"(ARRAY['{"a": "b,c"}'::jsonb, 'null'])", R"([{"a": "b,c"},null])"},
      {"mood[]", "'{happy,sad}'", R"(["happy","sad"])"},
      {"tags", "'{a,b}'", R"(["a","b"])"},
      {"date[]", "'{2024-01-02}'", R"(["2024-01-02"])"},
      {"timestamptz[]", "'{2024-01-02 03:04:05+00}'", R"(["2024-01-02 03:04:05+00"])"},
      {"box[]", "'{(1,1),(0,0);(2,2),(1,1)}'", R"~(["(1,1),(0,0)","(2,2),(1,1)"])~"},
      {"bytea[]", R"(ARRAY['\x00ff'::bytea])", R"(["\\x00ff"])"},
      {"uuid[]", "'{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'", R"(["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"])"},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::string table = "t" + std::to_string(i);
    sql().execute("CREATE TABLE " + table + " (id integer PRIMARY KEY, v " + cases[i][0] + "); INSERT INTO " +
                  table + " VALUES (1, " + cases[i][1] + ")");
  }
  Platform platform(configuration());
  expect_sync(platform);
  const auto compare = [&] {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      SCOPED_TRACE(cases[i][0] + " " + cases[i][1]);
      const auto& table = platform.table("public.t" + std::to_string(i));
      EXPECT_EQ(table.columns.at("v").type(), sdk::JSON);
      EXPECT_EQ(table.rows.at("int:1|").at("v"), "json:" + cases[i][2]);
    }
  };
  compare();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    sql().execute("UPDATE t" + std::to_string(i) + " SET v = NULL; UPDATE t" + std::to_string(i) +
                  " SET v = " + cases[i][1]);
  }
  expect_sync(platform);
  compare();
}

TEST_F(PostgresTypes, MomentsThatMicrosecondsCannotCountAreSentAsText) {
  sql().execute(
      "CREATE TABLE t (id integer PRIMARY KEY, v timestamptz, w timestamp);"
      "INSERT INTO t VALUES (1, '294276-12-31 23:59:59.999999+00', '294276-12-31 23:59:59.999999'), (2, "
      "now(), NULL)");
  Platform platform(configuration());
  expect_sync(platform);
  const auto compare = [&] {
    const auto& row = platform.table("public.t").rows.at("int:1|");
    EXPECT_EQ(row.at("v"), "string:+294276-12-31T23:59:59.999999Z");
    EXPECT_EQ(row.at("w"), "string:+294276-12-31T23:59:59.999999");
  };
  compare();
  sql().execute("UPDATE t SET id = 3 WHERE id = 1; UPDATE t SET id = 1 WHERE id = 3");
  expect_sync(platform);
  compare();
}

TEST_F(PostgresTypes, NamesOutsideOfAsciiAndAThousandColumns) {
  sql().execute(
      "CREATE SCHEMA \"Schéma \"\"x\"\"\"; CREATE TABLE \"Schéma \"\"x\"\"\".\"Täble `1' 漢\" (\"k\"\"ey\" "
      "integer PRIMARY KEY, \"a b\" text, \"ünï\" integer)");
  sql().execute("INSERT INTO \"Schéma \"\"x\"\"\".\"Täble `1' 漢\" VALUES (1, 'x', 2), (2, NULL, NULL)");
  std::string columns = "id integer PRIMARY KEY";
  for (int i = 0; i < 1200; ++i) columns += ", c" + std::to_string(i) + " integer";
  sql().execute("CREATE TABLE wide (" + columns + ")");
  sql().execute("ALTER TABLE wide DROP COLUMN c7");
  sql().execute("INSERT INTO wide (id, c0, c1199) SELECT i, i, -i FROM generate_series(1, 500) AS i");
  Platform platform(configuration());
  expect_sync(platform);
  const auto compare = [&] {
    platform.expect_same(sql(), "Schéma \"x\"", "Täble `1' 漢");
    platform.expect_same(sql(), "public", "wide");
  };
  compare();
  EXPECT_EQ(platform.table("public.wide").columns.size(), 1200U);
  sql().execute("UPDATE wide SET c600 = id WHERE id % 3 = 0; DELETE FROM wide WHERE id % 5 = 0");
  sql().execute(
      "UPDATE \"Schéma \"\"x\"\"\".\"Täble `1' 漢\" SET \"a b\" = 'y', \"k\"\"ey\" = 9 WHERE \"k\"\"ey\" = "
      "2");
  expect_sync(platform);
  compare();
}

}  // namespace
}  // namespace lakeport::sources::testing
