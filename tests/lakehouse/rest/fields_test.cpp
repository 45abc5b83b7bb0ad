#include "lakeport/lakehouse/fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport::lakehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

Fields body(std::string_view json) {
  auto parsed = parse_body(json);
  EXPECT_TRUE(parsed) << parsed.error().to_string();
  return *std::move(parsed);
}

template <class T>
std::string error_of(const Result<T>& result) {
  if (result) return "no error";
  EXPECT_EQ(result.error().kind(), ErrorKind::kInvalidInput);
  return result.error().to_string();
}

TEST(Fields, ReadsEachType) {
  const Fields fields = body(R"({"text": "é", "number": -9223372036854775808, "yes": true, "nothing": null,
    "digits": "42", "inner": {"a": "b", "c": "d"}, "list": [{"x": 1}, {"x": 2}], "texts": ["p", "q"]})");
  EXPECT_EQ(fields.text("text").value_or(""), "é");
  EXPECT_EQ(fields.integer("number").value_or(0), INT64_MIN);
  EXPECT_EQ(fields.boolean("yes").value_or(false), true);
  EXPECT_EQ(fields.integer_or_digits("digits").value_or(0), 42);
  EXPECT_FALSE(fields.has("nothing"));
  EXPECT_EQ(fields.text_or("nothing", "else").value_or(""), "else");
  EXPECT_EQ(fields.integer_or("missing", 7).value_or(0), 7);
  EXPECT_EQ(fields.boolean_or("missing", true).value_or(false), true);
  EXPECT_THAT(fields.text_map("inner").value(), ElementsAre(Pair("a", "b"), Pair("c", "d")));
  EXPECT_THAT(fields.texts("texts").value(), ElementsAre("p", "q"));
  const auto list = fields.objects("list");
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 2u);
  EXPECT_EQ(list->at(1).integer("x").value_or(0), 2);
  EXPECT_TRUE(fields.objects("missing").value().empty());
}

TEST(Fields, NamesTheFieldThatIsWrong) {
  const Fields fields =
      body(R"({"n": "x", "t": 1, "b": 0, "f": 1.5, "big": 18446744073709551615, "o": [], "e": "",
    "list": [{"level": 3}], "texts": ["a", 2], "map": {"k": 1}})");
  EXPECT_EQ(error_of(fields.text("missing")), "field `missing`: is missing");
  EXPECT_EQ(error_of(fields.text("t")), "field `t`: must be a string, not a number");
  EXPECT_EQ(error_of(fields.integer("n")), "field `n`: must be a 64-bit integer, not a string");
  EXPECT_THAT(error_of(fields.integer("f")), HasSubstr("field `f`"));
  EXPECT_THAT(error_of(fields.integer("big")), HasSubstr("field `big`"));
  EXPECT_THAT(error_of(fields.boolean("b")), HasSubstr("field `b`: must be a boolean"));
  EXPECT_THAT(error_of(fields.object("o")), HasSubstr("field `o`: must be an object, not an array"));
  EXPECT_THAT(error_of(fields.non_empty_text("e")), HasSubstr("field `e`: must not be empty"));
  EXPECT_THAT(error_of(fields.integer_or_digits("n")), HasSubstr("field `n`"));
  EXPECT_THAT(error_of(fields.texts("texts")), HasSubstr("field `texts[1]`"));
  EXPECT_THAT(error_of(fields.text_map("map")), HasSubstr("field `map.k`"));
  EXPECT_THAT(error_of(fields.objects("list")->front().text("level")), HasSubstr("field `list[0].level`"));
}

TEST(Fields, ListsTheKnownWords) {
  constexpr std::array<std::pair<std::string_view, int>, 2> kWords = {{{"READ", 1}, {"WRITE", 2}}};
  EXPECT_EQ(body(R"({"p": "WRITE"})").one_of("p", kWords).value_or(0), 2);
  EXPECT_FALSE(body("{}").optional_one_of("p", kWords).value());
  EXPECT_EQ(error_of(body(R"({"p": "write"})").one_of("p", kWords)),
            "field `p`: \"write\" is not one of READ, WRITE");
  EXPECT_EQ(error_of(body("{}").one_of("p", kWords)), "field `p`: is missing");
}

TEST(Fields, RefusesBodiesThatAreNoObject) {
  EXPECT_TRUE(body("").json().empty());
  EXPECT_TRUE(body(" \r\n").json().empty());
  for (const std::string_view text : {"[]", "1", "\"a\"", "null", "true"})
    EXPECT_THAT(error_of(parse_body(text)), HasSubstr("must be a JSON object")) << text;
  for (const std::string_view text :
       {"{", "{\"a\":}", "{} {}", "{'a': 1}", "{\"a\": \"\xff\"}", "{\"a\": NaN}"})
    EXPECT_THAT(error_of(parse_body(text)), HasSubstr("not valid JSON")) << text;
  EXPECT_THAT(error_of(parse_body("{\"a\": 1e999}")), HasSubstr("out of range"));
}

TEST(Fields, LimitsTheDepth) {
  const auto nested = [](int depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(parse_body(nested(60)));
  EXPECT_THAT(error_of(parse_body(nested(100))), HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of(parse_body(nested(1'000'000))), HasSubstr("nested too deeply"));
}

}  // namespace
}  // namespace lakeport::lakehouse
