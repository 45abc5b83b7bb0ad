// How the schema of a table grows: what a source declares against what earlier syncs saw, and what a table at
// the destination lacks for the rows that are coming. Nothing here ever narrows a type or drops a column.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lakeport/wire/schema.h"

namespace lakeport::sync {

// The narrowest column that holds every value of both (wire::widen, with the digits of decimals and the bytes
// of strings that both need). Name and key as in `wanted`.
wire::Column widen_column(const wire::Column& existing, const wire::Column& wanted);

// A source's table as declared now and as it had grown before. Keys as declared, or as before when nothing is
// declared.
wire::TableSchema merge_declared(const wire::TableSchema& declared, const wire::TableSchema& grown);

struct TableAlteration {
  wire::TableSchema target;  // the whole table as it should become
  std::vector<std::string>
      changes;  // for people: "new column a INT", "b INT becomes LONG", "key is now a, b"
};

// What must change in `described` before rows of `wanted` can be written; nothing when they fit.
std::optional<TableAlteration> plan_alteration(const wire::TableSchema& described,
                                               const wire::TableSchema& wanted);

// "DECIMAL(10,2)", "STRING(256)", "LONG".
std::string type_text(const wire::Column& column);

}  // namespace lakeport::sync
