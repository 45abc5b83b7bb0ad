#include "lakeport/merge/engine_types.h"

#include <charconv>

#include <arrow/type.h>

#include "lakeport/duckdb/duckdb.h"

namespace lakeport::destinations {

using duckdb::quote_literal;
using wire::DataType;

namespace {

std::string decimal_name(std::int32_t precision, std::int32_t scale) {
  return "DECIMAL(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
}

bool is_decimal(std::string_view engine) { return engine.starts_with("DECIMAL("); }

wire::DecimalParams decimal_params(std::string_view engine) {
  wire::DecimalParams params;
  const char* end = engine.data() + engine.size();
  auto after = std::from_chars(engine.data() + engine.find('(') + 1, end, params.precision).ptr;
  while (after != end && (*after == ',' || *after == ' ')) ++after;
  std::from_chars(after, end, params.scale);
  return params;
}

bool is_integer(std::string_view engine) {
  return engine == "SMALLINT" || engine == "INTEGER" || engine == "BIGINT" || engine == "TINYINT" ||
         engine == "HUGEINT" || engine == "UTINYINT" || engine == "USMALLINT" || engine == "UINTEGER" ||
         engine == "UBIGINT";
}

std::string year_text(const std::string& v) {
  return "CASE WHEN year(" + v + ") > 9999 THEN '+' || year(" + v + ") WHEN year(" + v +
         ") < 0 THEN '-' || lpad((-year(" + v + "))::VARCHAR, 4, '0') ELSE lpad(year(" + v +
         ")::VARCHAR, 4, '0') END";
}

// Three, six or nine digits after the point, or none: as wire/text.h writes them. `date` is the format of the
// date or what follows the year in it, `year` the SQL of that year.
std::string datetime_text(const std::string& v, const std::string& year, const std::string& date,
                          const std::string& nanos, const char* zone) {
  auto form = [&](const char* digits) {
    return "strftime(" + v + ", '" + date + "T%H:%M:%S" + digits + zone + "')";
  };
  return "CASE WHEN isinf(" + v + ") THEN " + v + "::VARCHAR ELSE " + year + "CASE WHEN " + nanos +
         " % 1000000000 = 0 THEN " + form("") + " WHEN " + nanos + " % 1000000 = 0 THEN " + form(".%g") +
         " WHEN " + nanos + " % 1000 = 0 THEN " + form(".%f") + " ELSE " + form(".%n") + " END END";
}

std::string micros_text(const std::string& v, const char* zone) {
  return datetime_text(v, year_text(v) + " || ", "-%m-%d", "(epoch_us(" + v + ") % 1000000 * 1000)", zone);
}

std::string refuse(const std::string& text, std::string_view to, std::string_view column) {
  return "error('column ' || " + quote_literal(column) + " || ': ' || " + text +
         " || ' is no value of type " + std::string(to) + "')";
}

}  // namespace

std::string engine_type(const wire::Column& column, TypeSet types) {
  switch (column.type) {
    case DataType::kBoolean:
      return "BOOLEAN";
    case DataType::kShort:
      return "SMALLINT";
    case DataType::kInt:
      return "INTEGER";
    case DataType::kLong:
      return "BIGINT";
    case DataType::kFloat:
      return "FLOAT";
    case DataType::kDouble:
      return "DOUBLE";
    case DataType::kDecimal: {
      const auto params = column.decimal.value_or(wire::kUnconstrainedDecimal);
      return decimal_name(params.precision, params.scale);
    }
    case DataType::kNaiveDate:
      return "DATE";
    case DataType::kNaiveTime:
      if (types == TypeSet::kDuckdb) return "TIME";
      break;
    case DataType::kNaiveDatetime:
      return std::string(kTimestamp);
    case DataType::kUtcDatetime:
      return std::string(kTimestampTz);
    case DataType::kBinary:
      return "BLOB";
    case DataType::kJson:
      if (types == TypeSet::kDuckdb) return std::string(kJson);
      break;
    case DataType::kUnspecified:
    case DataType::kXml:
    case DataType::kString:
      break;
  }
  return std::string(kVarchar);
}

wire::Column contract_type(std::string_view engine) {
  wire::Column column;
  if (is_decimal(engine)) {
    column.type = DataType::kDecimal;
    column.decimal = decimal_params(engine);
  } else if (engine == "BOOLEAN") {
    column.type = DataType::kBoolean;
  } else if (engine == "SMALLINT" || engine == "TINYINT" || engine == "UTINYINT") {
    column.type = DataType::kShort;
  } else if (engine == "INTEGER" || engine == "USMALLINT") {
    column.type = DataType::kInt;
  } else if (engine == "BIGINT" || engine == "UINTEGER") {
    column.type = DataType::kLong;
  } else if (engine == "FLOAT") {
    column.type = DataType::kFloat;
  } else if (engine == "DOUBLE") {
    column.type = DataType::kDouble;
  } else if (engine == "DATE") {
    column.type = DataType::kNaiveDate;
  } else if (engine == "TIME") {
    column.type = DataType::kNaiveTime;
  } else if (engine == kTimestamp || engine == kTimestampNs || engine == "TIMESTAMP_S" ||
             engine == "TIMESTAMP_MS") {
    column.type = DataType::kNaiveDatetime;
  } else if (engine == kTimestampTz) {
    column.type = DataType::kUtcDatetime;
  } else if (engine == "BLOB") {
    column.type = DataType::kBinary;
  } else if (engine == kJson) {
    column.type = DataType::kJson;
  } else {
    column.type = DataType::kString;
  }
  return column;
}

std::string scanned_type(const arrow::DataType& type) {
  switch (type.id()) {
    case arrow::Type::BOOL:
      return "BOOLEAN";
    case arrow::Type::INT8:
      return "TINYINT";
    case arrow::Type::INT16:
      return "SMALLINT";
    case arrow::Type::INT32:
      return "INTEGER";
    case arrow::Type::INT64:
      return "BIGINT";
    case arrow::Type::FLOAT:
      return "FLOAT";
    case arrow::Type::DOUBLE:
      return "DOUBLE";
    case arrow::Type::DECIMAL32:
    case arrow::Type::DECIMAL64:
    case arrow::Type::DECIMAL128: {
      const auto& decimal = static_cast<const arrow::DecimalType&>(type);
      return decimal_name(decimal.precision(), decimal.scale());
    }
    case arrow::Type::DATE32:
      return "DATE";
    case arrow::Type::TIME64:
      return "TIME";
    case arrow::Type::TIMESTAMP: {
      const auto& timestamp = static_cast<const arrow::TimestampType&>(type);
      if (!timestamp.timezone().empty()) return std::string(kTimestampTz);
      return std::string(timestamp.unit() == arrow::TimeUnit::NANO ? kTimestampNs : kTimestamp);
    }
    case arrow::Type::BINARY:
    case arrow::Type::LARGE_BINARY:
      return "BLOB";
    case arrow::Type::STRING:
    case arrow::Type::LARGE_STRING:
      return std::string(kVarchar);
    default:
      return {};
  }
}

std::string text_expression(const std::string& value, std::string_view engine) {
  if (engine == kVarchar) return value;
  if (engine == "BLOB") return "to_base64(" + value + ")";
  if (engine == "FLOAT" || engine == "DOUBLE") {
    return "CASE WHEN isnan(" + value + ") THEN 'NaN' WHEN isinf(" + value + ") THEN CASE WHEN " + value +
           " > 0 THEN 'Infinity' ELSE '-Infinity' END ELSE regexp_replace(" + value +
           "::VARCHAR, '\\.0$', '') END";
  }
  if (engine == "DATE") {
    return "CASE WHEN isinf(" + value + ") THEN " + value + "::VARCHAR ELSE " + year_text(value) +
           " || strftime(" + value + ", '-%m-%d') END";
  }
  if (engine == "TIME") {
    const auto micros = "extract('microseconds' FROM " + value + ")";
    return "CASE WHEN " + micros + " % 1000000 <> 0 AND " + micros + " % 1000 = 0 THEN substr(" + value +
           "::VARCHAR || '00', 1, 12) WHEN " + micros + " % 1000 <> 0 THEN substr(" + value +
           "::VARCHAR || '00000', 1, 15) ELSE " + value + "::VARCHAR END";
  }
  if (engine == kTimestamp) return micros_text(value, "");
  // Its years have four digits; year() is wrong just before 1970.
  if (engine == kTimestampNs)
    return datetime_text(value, "", "%Y-%m-%d", "(epoch_ns(" + value + ") % 1000000000)", "");
  if (engine == kTimestampTz) {
    // The cast of a TIMESTAMPTZ would depend on the session's zone.
    const auto naive = "make_timestamp(epoch_us(" + value + "))";
    return "CASE WHEN isinf(" + value + ") THEN CASE WHEN " + value +
           " > TIMESTAMPTZ '1970-01-01 00:00:00+00' THEN 'infinity' ELSE '-infinity' END ELSE " +
           micros_text(naive, "Z") + " END";
  }
  return value + "::VARCHAR";
}

std::string parse_expression(const std::string& text, std::string_view to, std::string_view column) {
  const std::string type(to);
  if (to == kVarchar) return text;
  if (to == "BLOB") return "from_base64(" + text + ")";
  if (is_integer(to)) {
    return "CASE WHEN contains(" + text + ", '.') THEN " + refuse(text, to, column) + " ELSE CAST(" + text +
           " AS " + type + ") END";
  }
  if (is_decimal(to)) {
    // The engine would round what has more digits.
    // Trimming is slow (DuckDB makes a set of characters for every value), so only where there are too many
    // digits.
    const auto scale = std::to_string(decimal_params(to).scale);
    const auto digits_of = [&](const std::string& digits) {
      return "strlen(" + digits + ") - strpos(" + text + ", '.') > " + scale;
    };
    return "CASE WHEN contains(" + text + ", '.') AND " + digits_of(text) + " AND " +
           digits_of("rtrim(" + text + ", '0')") + " THEN " + refuse(text, to, column) + " ELSE CAST(" +
           text + " AS " + type + ") END";
  }
  if (to == "DATE" || to == kTimestamp || to == kTimestampNs || to == kTimestampTz) {
    return "CAST(CASE WHEN starts_with(" + text + ", '+') THEN substr(" + text + ", 2) ELSE " + text +
           " END AS " + type + ")";
  }
  return "CAST(" + text + " AS " + type + ")";
}

bool is_plain_cast(std::string_view from, std::string_view to) {
  auto is_number = [](std::string_view type) {
    return is_integer(type) || is_decimal(type) || type == "FLOAT" || type == "DOUBLE" || type == "BOOLEAN";
  };
  if (to == kVarchar) return is_integer(from) || is_decimal(from) || from == "BOOLEAN";
  if (is_number(from)) return is_number(to);
  return (from == "DATE" && to == kTimestamp) || (from == kTimestamp && to == kTimestampNs);
}

std::string cast_expression(const std::string& value, std::string_view from, std::string_view to,
                            std::string_view column) {
  if (from == to) return value;
  if (from == kVarchar) return parse_expression(value, to, column);
  if (to == kVarchar) return text_expression(value, from);
  // Named zone: the plain casts would take the session's.
  if (to == kTimestampTz) {
    if (from == kTimestamp || from == kTimestampNs || from == "DATE") {
      return "timezone('UTC', CAST(" + value + " AS TIMESTAMP))";
    }
  } else if (from == kTimestampTz) {
    return "CAST(timezone('UTC', " + value + ") AS " + std::string(to) + ")";
  }
  return "CAST(" + value + " AS " + std::string(to) + ")";
}

}  // namespace lakeport::destinations
