#include "decoder_fuzz_entry.h"

#include <cstdlib>
#include <map>
#include <memory>

#include <arrow/api.h>

#include "lakeport/wire/decoder.h"
#include "lakeport/wire/encoder.h"
#include "lakeport/wire/table_buffer.h"

namespace lakeport::wire::testing {
namespace {

void check(bool good) {
  if (!good) std::abort();
}

TableSchema declared(std::uint8_t choice, std::string_view name) {
  TableSchema table{std::string(name), {}};
  if ((choice & 1) != 0) {
    for (int type = 1; type <= 15; ++type) {
      table.columns.push_back(
          {std::string(1, static_cast<char>('a' + type)), static_cast<DataType>(type), false, {}, {}});
    }
    table.columns[4].decimal = DecimalParams{10, 2};
    table.columns[12].string_byte_length = 8;
  }
  const DataType key = (choice & 8) != 0 ? DataType::kString : DataType::kLong;
  if ((choice & 2) != 0) table.columns.push_back({"k", key, true, {}, {}});
  if ((choice & 4) != 0) table.columns.push_back({"l", DataType::kUnspecified, true, {}, {}});
  return table;
}

class LessThanM : public ColumnSelection {
 public:
  bool includes(std::string_view column) const override { return column < "m"; }
};

void look_at(const arrow::RecordBatch& rows) {
  const arrow::Status valid = rows.ValidateFull();
  check(valid.ok());
  std::size_t seen = 0;
  for (const auto& column : rows.columns()) {
    for (std::int64_t row = 0; row < rows.num_rows(); ++row) {
      seen += (*column->GetScalar(row))->ToString().size();
    }
  }
  check(seen > 0 || rows.num_rows() == 0);
}

class Everything : public UpdateHandler {
 public:
  explicit Everything(std::uint8_t choice) : choice_(choice) {}

  Result<TableBuffer*> table(std::optional<std::string_view> schema, std::string_view table) override {
    if (table == "x") return nullptr;
    if (table == "y") return fail(ErrorKind::kCancelled, "no");
    TableId id{std::string(schema.value_or("s")), std::string(table)};
    auto& buffer = buffers_[id];
    if (!buffer) {
      const ColumnSelection* selection = (choice_ & 16) != 0 ? &selection_ : nullptr;
      buffer = std::make_unique<TableBuffer>(id, declared(choice_, table), selection);
    }
    return buffer.get();
  }
  Status truncate(std::optional<std::string_view> schema, std::string_view table, bool) override {
    see(schema.value_or(""));
    see(table);
    return {};
  }
  Status checkpoint(std::string_view state_json) override {
    see(state_json);
    take();
    return {};
  }
  Status schema_change(const fivetran_sdk::v2::SchemaChange&) override { return {}; }
  Status warning(std::string_view message) override {
    see(message);
    return {};
  }
  Status task(std::string_view message) override { return fail(ErrorKind::kTask, std::string(message)); }
  Status file_chunk(const FileChunk& chunk) override {
    see(chunk.schema.value_or(""));
    see(chunk.storage);
    see(chunk.path);
    see(chunk.data);
    return {};
  }

  void take() {
    for (auto& [id, buffer] : buffers_) {
      const std::int64_t rows = buffer->rows();
      check(buffer->bytes() >= 0);
      auto changes = buffer->take();
      check(changes.has_value());
      check(changes->rows() == rows && buffer->rows() == 0 && buffer->bytes() == 0);
      if (changes->upserts) {
        look_at(*changes->upserts);
        encode(*changes);
      }
      for (const auto& batch : changes->updates) look_at(*batch);
      check(arrow_schema(buffer->schema()) != nullptr);
      buffer->take_warnings();
    }
  }

 private:
  // Whatever has been decoded can be encoded.
  static void encode(const TableChanges& changes) {
    RecordEncoder encoder(changes.table.schema, changes.schema);
    const Status status = encoder.encode(*changes.upserts, RecordType::kUpsert,
                                         [](std::span<const std::uint8_t>) -> Status { return {}; });
    check(status.has_value());
  }
  void see(std::string_view text) {
    for (const char c : text) sum_ += static_cast<unsigned char>(c);
  }

  std::uint8_t choice_;
  LessThanM selection_;
  std::map<TableId, std::unique_ptr<TableBuffer>> buffers_;
  std::uint64_t sum_ = 0;
};

}  // namespace

void run_decoder(std::span<const std::uint8_t> input) {
  if (input.empty()) return;
  Everything handler(input[0]);
  input = input.subspan(1);
  while (input.size() >= 2) {
    const std::size_t size = std::min<std::size_t>(input[0] | input[1] << 8, input.size() - 2);
    // A copy of its very size: reads past the end are seen.
    const std::vector<std::uint8_t> message(input.begin() + 2,
                                            input.begin() + 2 + static_cast<std::ptrdiff_t>(size));
    const Status status = decode_update(message, handler);
    if (!status) check(!status.error().to_string().empty());
    input = input.subspan(2 + size);
  }
  handler.take();
}

std::string decoder_input(std::uint8_t choice, const std::vector<std::string>& messages) {
  std::string input(1, static_cast<char>(choice));
  for (const std::string& message : messages) {
    check(message.size() <= 0xffff);
    input += static_cast<char>(message.size() & 0xff);
    input += static_cast<char>(message.size() >> 8);
    input += message;
  }
  return input;
}

}  // namespace lakeport::wire::testing
