// Writes the seeds of the decoder's corpus: write_decoder_corpus FOLDER
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>

#include "lakeport/wire/encoder.h"

#include "decode_fixture.h"
#include "decoder_fuzz_entry.h"

namespace lakeport::wire::testing {
namespace {

std::string bytes(const pb::UpdateResponse& message) { return message.SerializeAsString(); }

std::string of_kinds(pb::RecordType type) {
  return bytes(Message().record("t", type,
                                {{"k", of_long(1)},
                                 {"b", of_bool(true)},
                                 {"c", of_short(-1)},
                                 {"d", of_int(70000)},
                                 {"e", of_long(std::numeric_limits<std::int64_t>::min())},
                                 {"f", of_decimal("-12.50")},
                                 {"g", of_float(0.5F)},
                                 {"h", of_double(1e300)},
                                 {"i", of_date(-86400)},
                                 {"j", of_naive(1, 5000)},
                                 {"l", of_utc(-1, 999'999'999)},
                                 {"m", of_binary(std::string("\0\xff", 2))},
                                 {"n", of_xml("<a/>")},
                                 {"o", of_string("zoë and more text than eight bytes")},
                                 {"p", of_json("{}")},
                                 {"q", of_time(86399)}}));
}

std::string of_values(const std::vector<Message::Set>& values) {
  Message message;
  std::int64_t key = 0;
  for (const auto& set : values) message.record("t", pb::UPSERT, {{"k", of_long(++key)}, {"v", set}});
  return bytes(message);
}

std::vector<std::string> other_operations() {
  std::vector<std::string> messages{encode_checkpoint("{\"a\": 1}"), encode_truncate("s", "t")};
  pb::UpdateResponse message;
  message.mutable_warning()->set_message("w");
  messages.push_back(bytes(message));
  message.mutable_task()->set_message("t");
  messages.push_back(bytes(message));
  auto* table = message.mutable_schema_change()->mutable_without_schema()->add_tables();
  table->set_name("t");
  table->add_columns()->set_name("c");
  messages.push_back(bytes(message));
  messages.push_back(
      "\x3a\x13\x0a\x01s\x12\x01"
      "f\x1a\x01p\x22\x04"
      "data\x28\x04\x30\x01");
  messages.push_back("\x42\x08\x0a\x01s\x12\x01t\x18\x01");
  return messages;
}

void write(const std::filesystem::path& folder) {
  const Message operations = Message()
                                 .record("t", pb::UPSERT, {{"k", of_long(5)}, {"a", of_int(1)}})
                                 .record("t", pb::UPSERT, {{"k", of_long(3)}, {"a", of_int(2)}})
                                 .record("t", pb::UPDATE, {{"k", of_long(5)}, {"z", of_string("x")}})
                                 .record("u", pb::UPDATE, {{"k", of_long(7)}, {"a", null()}})
                                 .record("t", pb::DELETE, {{"k", of_long(3)}})
                                 .record("t", pb::DELETE, {{"k", of_long(9)}, {"l", of_nothing()}})
                                 .record("t", pb::TRUNCATE, {})
                                 .record("x", pb::UPSERT, {{"k", of_long(1)}});
  const std::vector<Message::Set> numbers = {of_short(1),        of_short(40000), of_int(-70000),
                                             of_long(1LL << 40), of_decimal("1"), of_decimal("0.00005"),
                                             of_double(0.1),     of_float(2.5F)};
  const std::vector<Message::Set> decimals = {
      of_decimal("1E+3"), of_decimal("-.5"), of_decimal("12345678901234567890.123"),
      of_decimal("99999999999999999999999999999999999999"), of_decimal("NaN")};
  const std::vector<Message::Set> times = {of_date(-1),
                                           of_naive(1),
                                           of_naive(1, 1),
                                           of_naive(-62135596800),
                                           of_naive(std::numeric_limits<std::int64_t>::max()),
                                           of_time(1, 1)};
  const std::vector<Message::Set> texts = {of_bool(true), of_binary("\xff"), of_string("é"), of_json("1"),
                                           of_xml("<a/>")};
  const std::vector<std::pair<std::string, std::string>> inputs = {
      {"all_kinds", decoder_input(3, {of_kinds(pb::UPSERT), of_kinds(pb::UPDATE), of_kinds(pb::DELETE)})},
      {"all_kinds_undeclared", decoder_input(2, {of_kinds(pb::UPSERT), of_kinds(pb::UPSERT)})},
      {"all_kinds_keyless",
       decoder_input(0, {of_kinds(pb::UPSERT), of_kinds(pb::DELETE), of_kinds(pb::UPSERT)})},
      {"all_kinds_selected", decoder_input(23, {of_kinds(pb::UPSERT), of_kinds(pb::UPDATE)})},
      {"operations", decoder_input(2, {bytes(operations), encode_checkpoint("1"), bytes(operations)})},
      {"operations_two_keys", decoder_input(6, {bytes(operations)})},
      {"operations_text_key", decoder_input(10, {bytes(operations), of_values(numbers)})},
      {"numbers", decoder_input(2, {of_values(numbers)})},
      {"decimals", decoder_input(2, {of_values(decimals)})},
      {"times", decoder_input(2, {of_values(times)})},
      {"texts", decoder_input(2, {of_values(texts), of_values(numbers), of_values(times)})},
      {"other_operations", decoder_input(0, other_operations())},
  };
  std::filesystem::create_directories(folder);
  for (const auto& [name, input] : inputs) {
    std::ofstream(folder / name, std::ios::binary) << input;
  }
}

}  // namespace
}  // namespace lakeport::wire::testing

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: write_decoder_corpus FOLDER\n";
    return 2;
  }
  lakeport::wire::testing::write(argv[1]);
}
