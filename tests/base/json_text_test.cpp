#include "lakeport/base/json_text.h"

#include <gtest/gtest.h>

namespace lakeport {
namespace {

std::string json_string(std::string_view text) {
  std::string out = "x";
  append_json_string(out, text);
  return out.substr(1);
}

TEST(JsonText, KeepsWhatNeedsNoEscape) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("a/b 'c' \x7f"), "\"a/b 'c' \x7f\"");
  EXPECT_EQ(json_string("Größe 数 🙂"), "\"Größe 数 🙂\"");
  EXPECT_EQ(json_string("\xff\xfe"), "\"\xff\xfe\"");  // what is no UTF-8 is not ours to mend
}

TEST(JsonText, EscapesTheRest) {
  EXPECT_EQ(json_string("\"\\"), R"("\"\\")");
  EXPECT_EQ(json_string("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(json_string(std::string_view("a\0b\x01\x1f", 5)), R"("a\u0000b\u0001\u001f")");
}

}  // namespace
}  // namespace lakeport
