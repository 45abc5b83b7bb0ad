#include "lakeport/base/base64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lakeport {
namespace {

TEST(Base64, EncodesTheVectorsOfTheStandard) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text).value_or("error"), bytes);
  }
}

TEST(Base64, UsesTheUrlSafeAlphabetWithoutPadding) {
  const std::string bytes = "\xfb\xff\xfe?";
  EXPECT_EQ(base64url_encode(bytes), "-__-Pw");
  EXPECT_EQ(base64_encode(bytes), "+//+Pw==");
  EXPECT_EQ(base64url_decode("-__-Pw").value_or("error"), bytes);
  EXPECT_EQ(base64_decode("+//+Pw").value_or("error"), bytes);
}

TEST(Base64, ReadsBackEveryByte) {
  std::string bytes;
  for (int value = 0; value < 256; ++value) bytes += static_cast<char>(value);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    EXPECT_EQ(base64_decode(base64_encode(bytes.substr(0, length))).value_or("error"),
              bytes.substr(0, length));
    EXPECT_EQ(base64url_decode(base64url_encode(bytes.substr(0, length))).value_or("error"),
              bytes.substr(0, length));
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const std::string_view text : {"A", "Zh==", "Zg=", "Zg===", "Zm8=Zm8=", "Zm9v\n", "-__-", "Zm 9"})
    EXPECT_FALSE(base64_decode(text)) << text;
  for (const std::string_view text : {"Zg==", "+//+", "A", "Zh"})
    EXPECT_FALSE(base64url_decode(text)) << text;
}

}  // namespace
}  // namespace lakeport
