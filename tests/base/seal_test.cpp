#include "lakeport/base/seal.h"

#include <filesystem>
#include <fstream>
#include <limits>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace lakeport {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Sealer sealer_with(const std::string& key, std::uint8_t version = 1) {
  auto made = Sealer::create(key, version);
  EXPECT_TRUE(made);
  return *made;
}

TEST(Seal, OpensWhatItSealed) {
  const Sealer sealer = sealer_with(random_bytes(32));
  for (const std::string& plain : {std::string(), std::string("x"), std::string("\0\xff", 2),
                                   std::string(131'072, 'a'), random_bytes(1000)}) {
    const std::string sealed = sealer.seal(plain, "secret:a/b");
    EXPECT_EQ(sealed.size(), plain.size() + Sealer::kOverhead);
    const auto opened = sealer.open(sealed, "secret:a/b");
    ASSERT_TRUE(opened) << opened.error().to_string();
    EXPECT_EQ(*opened, plain);
  }
}

TEST(Seal, SealsTheSameValueDifferentlyEachTime) {
  const Sealer sealer = sealer_with(random_bytes(32));
  std::set<std::string> seen;
  for (int round = 0; round < 100; ++round) seen.insert(sealer.seal("password", "x"));
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_THAT(*seen.begin(), Not(HasSubstr("password")));
}

TEST(Seal, RefusesEveryChangedByteAndEveryCutLength) {
  const Sealer sealer = sealer_with(random_bytes(32));
  const std::string sealed = sealer.seal("password", "x");
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string changed = sealed;
    changed[at] = static_cast<char>(changed[at] ^ 0x40);
    const auto opened = sealer.open(changed, "x");
    ASSERT_FALSE(opened) << at;
    EXPECT_EQ(opened.error().kind(), ErrorKind::kInvalidInput);
    EXPECT_FALSE(sealer.open(sealed.substr(0, at), "x")) << at;
  }
}

TEST(Seal, RefusesAValueInAnothersPlace) {
  const Sealer sealer = sealer_with(random_bytes(32));
  EXPECT_FALSE(sealer.open(sealer.seal("password", "secret:a/b"), "secret:a/c"));
  EXPECT_FALSE(sealer_with(random_bytes(32)).open(sealer.seal("password", "x"), "x"));
}

TEST(Seal, OpensWithAKeyThatWasReplaced) {
  const std::string older = random_bytes(32);
  const std::string sealed = sealer_with(older, 1).seal("password", "x");
  Sealer sealer = sealer_with(random_bytes(32), 2);
  const auto unknown = sealer.open(sealed, "x");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().to_string(), HasSubstr("key version 1"));
  ASSERT_TRUE(sealer.add_older_key(older, 1));
  EXPECT_EQ(sealer.open(sealed, "x").value_or(""), "password");
  EXPECT_EQ(sealer.open(sealer.seal("new", "x"), "x").value_or(""), "new");
  EXPECT_FALSE(sealer.add_older_key(older, 2));
}

TEST(Seal, WantsAKeyOf32Bytes) {
  EXPECT_FALSE(Sealer::create(std::string(31, 'k')));
  EXPECT_FALSE(Sealer::create(""));
}

class SealKeyFile : public ::testing::Test {
 protected:
  SealKeyFile() {
    std::string pattern = (std::filesystem::temp_directory_path() / "lakeport-key-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~SealKeyFile() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path file() const { return folder_ / "key"; }
  void write(const std::string& text) {
    std::ofstream(file()) << text;
    std::filesystem::permissions(file(), std::filesystem::perms::owner_read);
  }

 private:
  std::filesystem::path folder_;
};

TEST_F(SealKeyFile, IsMadeOnceForItsOwnerAlone) {
  const auto made = load_or_create_seal_key(file());
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->size(), 32U);
  EXPECT_EQ(std::filesystem::status(file()).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(load_or_create_seal_key(file()).value_or(""), *made);
}

TEST_F(SealKeyFile, RefusesAnythingElse) {
  for (const std::string& text : {std::string(), std::string("secret"), std::string(63, 'a'),
                                  std::string(66, 'a'), std::string(64, 'g'), std::string(1000, 'a')}) {
    std::filesystem::remove(file());
    write(text);
    const auto refused = load_or_create_seal_key(file());
    ASSERT_FALSE(refused) << text;
    EXPECT_EQ(refused.error().kind(), ErrorKind::kInvalidInput);
    EXPECT_THAT(refused.error().to_string(), Not(HasSubstr("secret")));
  }
}

TEST_F(SealKeyFile, RefusesAFileThatOthersMayRead) {
  write(std::string(64, 'a'));
  ASSERT_TRUE(load_or_create_seal_key(file()));
  std::filesystem::permissions(file(), std::filesystem::perms::group_read,
                               std::filesystem::perm_options::add);
  const auto refused = load_or_create_seal_key(file());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().to_string(), HasSubstr("chmod 600"));
}

TEST(Random, StaysWithinItsBounds) {
  std::set<std::int64_t> seen;
  for (int round = 0; round < 1000; ++round) {
    const auto number = random_between(-2, 2);
    ASSERT_GE(number, -2);
    ASSERT_LE(number, 2);
    seen.insert(number);
  }
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_EQ(random_between(7, 7), 7);
  random_between(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
}

TEST(Random, MakesUuidsOfVersion4) {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (int round = 0; round < 100; ++round) {
    const std::string uuid = random_uuid();
    EXPECT_TRUE(std::regex_match(uuid, form)) << uuid;
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 100U);
}

TEST(Hash, IsSha256) {
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Hex, GoesThereAndBack) {
  const std::string bytes = random_bytes(50);
  EXPECT_EQ(from_hex(to_hex(bytes)).value_or(""), bytes);
  EXPECT_EQ(from_hex("00fFA0").value_or(""), std::string("\0\xff\xa0", 3));
  for (const char* text : {"0", "0x", "000", "0 ", "zz"}) EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Compare, InConstantTime) {
  EXPECT_TRUE(constant_time_equal("", ""));
  EXPECT_TRUE(constant_time_equal("abc", "abc"));
  EXPECT_FALSE(constant_time_equal("abc", "abd"));
  EXPECT_FALSE(constant_time_equal("abc", "abcd"));
}

}  // namespace
}  // namespace lakeport
