// The comparison: what a program does that uses the classes which protoc generates, and Arrow's builders.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include <arrow/api.h>

#include "lakeport/wire/schema.h"

namespace lakeport::bench {

// Parses messages and appends their rows to Arrow builders.
class ProtobufDecoder {
 public:
  explicit ProtobufDecoder(const wire::TableSchema& table);
  ~ProtobufDecoder();

  void decode(std::span<const std::uint8_t> message);
  std::shared_ptr<arrow::RecordBatch> take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Fills the maps of a message for each 100 rows and serialises it.
void protobuf_encode(const wire::TableSchema& table, const arrow::RecordBatch& rows,
                     const std::function<void(const std::string&)>& emit);

}  // namespace lakeport::bench
