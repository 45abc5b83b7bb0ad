#include "lakeport/base/result.h"

#include <gtest/gtest.h>

namespace lakeport {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorKind::kInvalidInput, "is odd", std::to_string(n), "Give an even number.");
  return n / 2;
}

Result<int> quarter(int n) {
  LAKEPORT_ASSIGN_OR_RETURN(const int h, half(n));
  return half(h);
}

TEST(Result, CarriesTheErrorOfTheCallee) {
  EXPECT_EQ(*quarter(8), 2);
  const auto odd = quarter(6);
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().kind(), ErrorKind::kInvalidInput);
  EXPECT_EQ(odd.error().to_string(), "3: is odd. Give an even number.");
}

TEST(Error, PlacesReadFromOutsideIn) {
  Error error(ErrorKind::kIo, "disk full", "column b");
  error.at("table a");
  EXPECT_EQ(error.to_string(), "table a: column b: disk full");
}

TEST(Error, TheDeepestAdviceStays) {
  EXPECT_EQ(Error(ErrorKind::kIo, "x").advise("First.").advise("Second.").next_step(), "First.");
}

}  // namespace
}  // namespace lakeport
