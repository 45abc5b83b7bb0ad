// The columns of a table as the files seen so far make them, and how they widen when another file differs.
// Widening never rounds: where no other type holds every value of both, the column becomes text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/wire/schema.h"

#include "text_value.h"

namespace lakeport::sources::files {

struct LayoutColumn {
  std::string name;
  wire::DataType type = wire::DataType::kUnspecified;  // UNSPECIFIED: no value seen yet
  std::optional<wire::DecimalParams> decimal;          // with DECIMAL
  // The digits of the numbers seen in text, for LONG and DOUBLE; nothing when not known (Parquet).
  std::optional<int> integer_digits;
  std::optional<int> fraction_digits;
  friend bool operator==(const LayoutColumn&, const LayoutColumn&) = default;
};

struct TableLayout {
  std::vector<LayoutColumn> columns;

  const LayoutColumn* find(std::string_view name) const;
  // Takes in a file's columns: new ones at the end, known ones widened.
  void merge(const std::vector<LayoutColumn>& file);
  friend bool operator==(const TableLayout&, const TableLayout&) = default;
};

// The column that holds every value of both; the name of `a`.
LayoutColumn widen(const LayoutColumn& a, const LayoutColumn& b);

// What the values of one column have in common, value by value.
class ColumnSummary {
 public:
  void add(const TextValue& value);
  void add_nested() { nested_ = true; }  // a JSON object or array
  LayoutColumn column(std::string name) const;

 private:
  bool seen(TextKind kind) const { return (kinds_ & (1U << static_cast<unsigned>(kind))) != 0; }
  LayoutColumn number_column(std::string name) const;

  unsigned kinds_ = 0;
  bool nested_ = false;
  bool exponents_ = false;
  bool exact_as_double_ = true;
  int integer_digits_ = 0;
  int fraction_digits_ = 0;
};

}  // namespace lakeport::sources::files
