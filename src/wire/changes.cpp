#include "lakeport/wire/changes.h"

#include <arrow/record_batch.h>
#include <arrow/util/byte_size.h>

namespace lakeport::wire {

std::int64_t TableChanges::rows() const {
  std::int64_t rows = upserts ? upserts->num_rows() : 0;
  for (const auto& batch : updates) rows += batch->num_rows();
  return rows;
}

std::int64_t TableChanges::bytes() const {
  std::int64_t bytes = upserts ? arrow::util::TotalBufferSize(*upserts) : 0;
  for (const auto& batch : updates) bytes += arrow::util::TotalBufferSize(*batch);
  return bytes;
}

}  // namespace lakeport::wire
