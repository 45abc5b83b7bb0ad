// One table's way out: rows of its columns to the platform.
#pragma once

#include <string>

#include "lakeport/sources/source.h"
#include "lakeport/wire/encoder.h"
#include "lakeport/wire/schema.h"

#include "settings.h"

namespace lakeport::sources::postgres {

class TableSink {
 public:
  // `writer` must outlive it.
  TableSink(TableName name, wire::TableSchema schema, UpdateWriter& writer);

  Status send(const arrow::RecordBatch& rows, wire::RecordType type);
  Status truncate();
  // The table as it is from now on; told to the platform.
  Status alter(wire::TableSchema schema);
  const wire::TableSchema& schema() const { return schema_; }

 private:
  TableName name_;
  wire::TableSchema schema_;
  wire::RecordEncoder encoder_;
  UpdateWriter& writer_;
  wire::EmitMessage emit_;
};

}  // namespace lakeport::sources::postgres
