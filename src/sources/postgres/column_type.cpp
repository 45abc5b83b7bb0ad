#include "column_type.h"

#include <algorithm>

#include "connection.h"

namespace lakeport::sources::postgres {
namespace {

using wire::DataType;

// Object identifiers of built-in types, which never change (PostgreSQL, pg_type.dat).
constexpr TypeOid kBoolOid = 16;
constexpr TypeOid kByteaOid = 17;
constexpr TypeOid kNameOid = 19;
constexpr TypeOid kInt8Oid = 20;
constexpr TypeOid kInt2Oid = 21;
constexpr TypeOid kInt4Oid = 23;
constexpr TypeOid kTextOid = 25;
constexpr TypeOid kOidOid = 26;
constexpr TypeOid kJsonOid = 114;
constexpr TypeOid kXmlOid = 142;
constexpr TypeOid kFloat4Oid = 700;
constexpr TypeOid kFloat8Oid = 701;
constexpr TypeOid kMoneyOid = 790;
constexpr TypeOid kBpcharOid = 1042;
constexpr TypeOid kVarcharOid = 1043;
constexpr TypeOid kDateOid = 1082;
constexpr TypeOid kTimeOid = 1083;
constexpr TypeOid kTimestampOid = 1114;
constexpr TypeOid kTimestampTzOid = 1184;
constexpr TypeOid kNumericOid = 1700;
constexpr TypeOid kUuidOid = 2950;
constexpr TypeOid kJsonbOid = 3802;

struct BuiltIn {
  TypeOid oid;
  DataType data_type;
  ValueForm form;
};

// Types whose binary form is read as it is; all others go through their output function.
constexpr BuiltIn kBuiltIns[] = {
    {kBoolOid, DataType::kBoolean, ValueForm::kBool},
    {kByteaOid, DataType::kBinary, ValueForm::kBytea},
    {kNameOid, DataType::kString, ValueForm::kText},
    {kInt8Oid, DataType::kLong, ValueForm::kInt8},
    {kInt2Oid, DataType::kShort, ValueForm::kInt2},
    {kInt4Oid, DataType::kInt, ValueForm::kInt4},
    {kTextOid, DataType::kString, ValueForm::kText},
    {kOidOid, DataType::kLong, ValueForm::kOid},
    {kJsonOid, DataType::kJson, ValueForm::kText},
    {kFloat4Oid, DataType::kFloat, ValueForm::kFloat4},
    {kFloat8Oid, DataType::kDouble, ValueForm::kFloat8},
    {kMoneyOid, DataType::kDecimal, ValueForm::kMoney},
    {kBpcharOid, DataType::kString, ValueForm::kText},
    {kVarcharOid, DataType::kString, ValueForm::kText},
    {kDateOid, DataType::kNaiveDate, ValueForm::kDate},
    {kTimeOid, DataType::kNaiveTime, ValueForm::kTime},
    {kTimestampOid, DataType::kNaiveDatetime, ValueForm::kTimestamp},
    {kTimestampTzOid, DataType::kUtcDatetime, ValueForm::kTimestampTz},
    {kNumericOid, DataType::kDecimal, ValueForm::kNumeric},
    {kUuidOid, DataType::kString, ValueForm::kUuid},
    {kJsonbOid, DataType::kJson, ValueForm::kJsonb},
};

constexpr std::int32_t kModifierOffset = 4;   // PostgreSQL's VARHDRSZ, part of every numeric's modifier
constexpr std::int32_t kMoneyPrecision = 19;  // of 64 bits

// Precision and scale out of a numeric's modifier (PostgreSQL, numeric.c). A scale may be negative or larger
// than the precision since 15.
std::optional<wire::DecimalParams> numeric_params(std::int32_t modifier) {
  if (modifier < kModifierOffset) return std::nullopt;
  const std::int32_t packed = modifier - kModifierOffset;
  const std::int32_t precision = (packed >> 16) & 0xffff;
  const std::int32_t scale = ((packed & 0x7ff) ^ 1024) - 1024;
  const std::int32_t wide_scale = std::max(scale, 0);
  const std::int32_t wide_precision = std::max(precision - std::min(scale, 0), wide_scale);
  if (wide_precision > 38) return std::nullopt;
  return wire::DecimalParams{wide_precision, wide_scale};
}

// The type, those that it is made of, and so on.
constexpr const char* kTypesQuery =
    "WITH RECURSIVE used(oid) AS (SELECT unnest(ARRAY[%OIDS%]::pg_catalog.oid[]) UNION "
    "SELECT part FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid "
    "CROSS JOIN LATERAL (VALUES (t.typbasetype), (t.typelem)) AS parts(part) WHERE part <> 0) "
    "SELECT t.oid, t.typtype, t.typbasetype, t.typtypmod, t.typelem, "
    "e.typdelim, pg_catalog.quote_ident(pn.nspname) || '.' || pg_catalog.quote_ident(p.proname), "
    "t.typoutput = 'pg_catalog.array_out'::pg_catalog.regproc "
    "FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid "
    "JOIN pg_catalog.pg_proc p ON p.oid = t.typoutput "
    "JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace "
    "LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typelem <> 0";

}  // namespace

std::string ColumnType::select(const std::string& quoted_column) const {
  if (output_function.empty()) return quoted_column;
  return "pg_catalog.textin(" + output_function + "(" + quoted_column + "))";
}

Status Types::load(Connection& connection, const std::vector<TypeOid>& oids) {
  std::string list;
  for (const TypeOid oid : oids) {
    if (entries_.contains(oid)) continue;
    if (!list.empty()) list += ',';
    list += std::to_string(oid);
  }
  if (list.empty()) return {};
  std::string sql = kTypesQuery;
  sql.replace(sql.find("%OIDS%"), 6, list);
  LAKEPORT_ASSIGN_OR_RETURN(const Rows rows, connection.query(sql));
  for (int row = 0; row < rows.size(); ++row) {
    Entry entry;
    entry.kind = rows.text(row, 1)[0];
    entry.base = static_cast<TypeOid>(rows.number(row, 2));
    entry.base_modifier = static_cast<std::int32_t>(rows.number(row, 3));
    entry.element = static_cast<TypeOid>(rows.number(row, 4));
    if (!rows.is_null(row, 5)) entry.delimiter = rows.text(row, 5)[0];
    entry.output_function = rows.text(row, 6);
    entry.is_array = rows.flag(row, 7);
    entries_[static_cast<TypeOid>(rows.number(row, 0))] = std::move(entry);
  }
  if (entries_.contains(kMoneyOid) && !money_digits_) return read_money_digits(connection);
  return {};
}

// How many digits money has after the point is the database's lc_monetary, which a session of ours replaces.
Status Types::read_money_digits(Connection& connection) {
  LAKEPORT_RETURN_IF_ERROR(connection.execute("SET lc_monetary TO DEFAULT"));
  LAKEPORT_ASSIGN_OR_RETURN(
      const Rows rows, connection.query("SELECT pg_catalog.scale(0::pg_catalog.money::pg_catalog.numeric)"));
  money_digits_ = static_cast<std::int32_t>(rows.number(0, 0));
  return connection.execute("SET lc_monetary = 'C'");
}

ElementForm Types::element_form(TypeOid oid) const {
  switch (oid) {
    case kInt2Oid:
    case kInt4Oid:
    case kInt8Oid:
    case kOidOid:
    case kFloat4Oid:
    case kFloat8Oid:
    case kNumericOid:
      return ElementForm::kNumber;
    case kBoolOid:
      return ElementForm::kBool;
    case kJsonOid:
    case kJsonbOid:
      return ElementForm::kJson;
    default:
      break;
  }
  const auto found = entries_.find(oid);
  if (found != entries_.end() && found->second.kind == 'd') return element_form(found->second.base);
  return ElementForm::kString;
}

ColumnType Types::resolve_array(const Entry& array) const {
  ColumnType type;
  type.data_type = DataType::kJson;
  type.form = ValueForm::kArray;
  type.element = element_form(array.element);
  type.delimiter = array.delimiter;
  type.output_function = array.output_function;
  return type;
}

ColumnType Types::resolve(TypeOid oid, std::int32_t modifier) const {
  ColumnType type;
  const auto* built_in = std::find_if(std::begin(kBuiltIns), std::end(kBuiltIns),
                                      [oid](const auto& known) { return known.oid == oid; });
  if (built_in != std::end(kBuiltIns)) {
    type.data_type = built_in->data_type;
    type.form = built_in->form;
    if (oid == kNumericOid) type.decimal = numeric_params(modifier);
    if (oid == kMoneyOid) {
      type.money_digits = money_digits_.value_or(2);
      type.decimal = wire::DecimalParams{kMoneyPrecision, type.money_digits};
    }
    return type;
  }
  const auto found = entries_.find(oid);
  if (found == entries_.end()) return type;
  const Entry& entry = found->second;
  if (entry.kind == 'd') return resolve(entry.base, entry.base_modifier);
  if (entry.is_array) return resolve_array(entry);
  if (entry.kind == 'e') return type;  // an enum's binary form is its label
  if (oid == kXmlOid) type.data_type = DataType::kXml;
  type.output_function = entry.output_function;
  return type;
}

}  // namespace lakeport::sources::postgres
