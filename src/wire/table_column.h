// One column of a table buffer: its values, its type as known by now, and how it widens.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lakeport/wire/schema.h"

#include "column_buffer.h"
#include "decimal.h"
#include "value.h"

namespace lakeport::wire {

enum class Stored : std::uint8_t {
  kYes,
  kDoesNotFit,
  kBadText,  // text that is not UTF-8
  kTooMuch,  // over 2 GB in one column
};

class TableColumn {
 public:
  // `held` counts the bytes held.
  TableColumn(Column declared, HeldBytes* held);

  // The column as known by now.
  const Column& described() const { return described_; }
  DataType type() const { return described_.type; }
  void set_key(bool key) { described_.primary_key = key; }
  ColumnBuffer& buffer() { return buffer_; }
  const ColumnBuffer& buffer() const { return buffer_; }
  // Goes up when rows that are held get another form: what is known of their bytes is no longer true.
  int form() const { return form_; }

  // Sets what row `row` has, the last one or one after it, and widens the column when it cannot hold that.
  // kYes, kBadText or kTooMuch; nothing is set unless kYes.
  Stored put(const Value& value, std::int64_t row);

  // The tag that a ValueType starts with when its kind is the column's own; 0 for types without a plain way
  // (plain_value.h).
  std::uint8_t plain_tag() const { return plain_tag_; }
  // Datetimes of this batch are in nanoseconds.
  bool in_nanos() const { return nanos_; }
  // Appends `digits` / 10^`scale` to a DECIMAL column, both of 18 digits at most. False when it does not fit
  // as the column is.
  [[nodiscard]] bool append_plain_decimal(std::int64_t digits, std::int32_t scale) {
    if (!described_.decimal || scale > described_.decimal->scale) return false;
    const std::int32_t more = described_.decimal->scale - scale;
    if (more > kMaxDecimalDigits - 18) return false;
    const __int128 at_scale = more == 0 ? __int128{digits} : digits * power_of_ten(more);
    const __int128 size = at_scale < 0 ? -at_scale : at_scale;
    if (size > largest_) {
      if (size >= power_of_ten(described_.decimal->precision)) return false;
      largest_ = size;
    }
    buffer_.append(at_scale);
    return true;
  }

  // A new declaration: the column is then at least that wide. False when its rows would take over 2 GB as
  // text; nothing is changed then.
  [[nodiscard]] bool declare(const Column& declared);

  // The Arrow type that take() gives: in nanoseconds when a value needs that.
  std::shared_ptr<arrow::DataType> arrow_type() const;
  // Forgets the rows and what was for them alone. The buffer must have been taken.
  void start_batch();
  // Raises the declared byte length of a string column to what the rows need, as a power of two.
  void fit_byte_length();

  // What has been told to the user by nobody yet: types that widened, values that changed form.
  std::vector<std::string> take_notices();

 private:
  // For DECIMAL: the value at the column's scale, when it fits without a change of the column.
  std::optional<__int128> fit_decimal(const Decimal& decimal);
  Stored try_put(const Value& value);
  Stored put_integer(const Value& value);
  Stored put_floating(const Value& value);
  Stored put_date(const Value& value);
  Stored put_datetime(const Value& value);
  Stored put_time(const Value& value);
  Stored put_text(const Value& value);
  Stored put_decimal(const Value& value);

  // False when the column would take over 2 GB.
  bool make_room_for(const Value& value);
  bool grow_decimal(const Decimal& decimal);
  bool grow_decimal_to(DecimalParams params);
  void set_decimal(DecimalParams params);
  bool to_nanos();
  bool change_type(DataType type);
  Value value_at(std::int64_t row, std::string& text) const;
  void notice_type(DataType came);
  void notice(std::string text);

  Column described_;
  std::uint8_t plain_tag_;
  DataType declared_;  // as the source said last
  bool constrained_;   // by decimal params, as the source said last
  ColumnBuffer buffer_;
  HeldBytes* held_;
  __int128 largest_ = 0;  // of DECIMAL, at its scale: what it has held, or may have by its declaration
  bool nanos_ = false;    // datetimes in nanoseconds in this batch
  int form_ = 0;
  std::vector<std::string> notices_;
  std::vector<std::string> told_;
};

}  // namespace lakeport::wire
