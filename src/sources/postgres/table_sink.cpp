#include "table_sink.h"

#include "connector_sdk.pb.h"

namespace lakeport::sources::postgres {

TableSink::TableSink(TableName name, wire::TableSchema schema, UpdateWriter& writer)
    : name_(std::move(name)),
      schema_(std::move(schema)),
      encoder_(name_.schema, schema_),
      writer_(writer),
      emit_([&writer](std::span<const std::uint8_t> bytes) { return writer.message(bytes); }) {}

Status TableSink::send(const arrow::RecordBatch& rows, wire::RecordType type) {
  return encoder_.encode(rows, type, emit_);
}

Status TableSink::truncate() {
  const std::string bytes = wire::encode_truncate(name_.schema, name_.table);
  return writer_.message({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

Status TableSink::alter(wire::TableSchema schema) {
  schema_ = std::move(schema);
  encoder_ = wire::RecordEncoder(name_.schema, schema_);
  fivetran_sdk::v2::SchemaChange change;
  auto* in_schema = change.mutable_with_schema()->add_schemas();
  in_schema->set_name(name_.schema);
  wire::table_to_proto(schema_, in_schema->add_tables());
  return writer_.schema_change(change);
}

}  // namespace lakeport::sources::postgres
