// Texts of batch files as typed values, without the engine: the forms that nearly every value has are read
// here, several times as fast as the engine's casts would.
#pragma once

#include <memory>

#include "lakeport/merge/stored_table.h"

namespace arrow {
class ChunkedArray;
}

namespace lakeport::destinations {

// The texts of a utf8 column as values of the type that `column` has in the engine. Null when one of them is
// not of the contract's plainest form ("Destination side": digits, four-digit years, at most six digits of a
// second, decimals of 18 digits that fit …) or when the type has none: the engine's own casts
// (engine_types.h) then decide on all of them. What both read they read alike.
std::shared_ptr<arrow::ChunkedArray> typed_texts(const arrow::ChunkedArray& texts,
                                                 const StoredColumn& column);

}  // namespace lakeport::destinations
