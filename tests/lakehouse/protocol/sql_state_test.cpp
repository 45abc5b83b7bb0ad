#include "lakeport/lakehouse/sql_state.h"

#include <gtest/gtest.h>

namespace lakeport::lakehouse {
namespace {

TEST(SqlState, TheClassInWhereDecides) {
  const auto failure = sql_failure(
      Error(ErrorKind::kNotFound, "The table `main`.`a`.`b` cannot be found", "TABLE_OR_VIEW_NOT_FOUND"));
  EXPECT_EQ(failure.sql_state, "42P01");
  EXPECT_EQ(failure.error_class, "TABLE_OR_VIEW_NOT_FOUND");
  EXPECT_EQ(failure.message,
            "[TABLE_OR_VIEW_NOT_FOUND] The table `main`.`a`.`b` cannot be found SQLSTATE: 42P01");
}

TEST(SqlState, EveryClassOfTheContractHasItsState) {
  const std::pair<const char*, const char*> classes[] = {
      {"TABLE_OR_VIEW_NOT_FOUND", "42P01"},  {"PARSE_SYNTAX_ERROR", "42601"}, {"UNRESOLVED_COLUMN", "42703"},
      {"INSUFFICIENT_PERMISSIONS", "42501"}, {"DIVIDE_BY_ZERO", "22012"},     {"CAST_INVALID_INPUT", "22018"},
      {"OPERATION_CANCELED", "HY008"}};
  for (const auto& [name, state] : classes) {
    EXPECT_EQ(sql_failure(Error(ErrorKind::kInternal, "x", name)).sql_state, state) << name;
  }
}

TEST(SqlState, AClassWithASubclassAndAPlaceIsFound) {
  const auto failure =
      sql_failure(Error(ErrorKind::kInvalidInput, "near 'form'", "PARSE_SYNTAX_ERROR: line 1, column 10"));
  EXPECT_EQ(failure.sql_state, "42601");
  EXPECT_EQ(
      sql_failure(Error(ErrorKind::kInvalidInput, "[UNRESOLVED_COLUMN.WITH_SUGGESTION] no column x")).message,
      "[UNRESOLVED_COLUMN.WITH_SUGGESTION] no column x SQLSTATE: 42703");
}

TEST(SqlState, AMoreExactClassInTheTextWins) {
  const auto failure =
      sql_failure(Error(ErrorKind::kInvalidInput, "[DIVIDE_BY_ZERO] Division by zero", "INVALID_STATEMENT"));
  EXPECT_EQ(failure.sql_state, "22012");
  EXPECT_EQ(failure.message, "[DIVIDE_BY_ZERO] Division by zero SQLSTATE: 22012");
}

TEST(SqlState, WithoutAClassTheKindDecides) {
  EXPECT_EQ(sql_failure(Error(ErrorKind::kPermission, "no")).sql_state, "42501");
  EXPECT_EQ(sql_failure(Error(ErrorKind::kCancelled, "no")).sql_state, "HY008");
  EXPECT_EQ(sql_failure(Error(ErrorKind::kStalled, "no")).sql_state, "57KD0");
  const auto failure = sql_failure(Error(ErrorKind::kInternal, "broken", "engine", "Report it"));
  EXPECT_EQ(failure.sql_state, "XX000");
  EXPECT_EQ(failure.message, "engine: broken. Report it SQLSTATE: XX000");
}

}  // namespace
}  // namespace lakeport::lakehouse
