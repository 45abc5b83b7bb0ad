#include "info_values.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::int64_t kLongestName = 255;

tcli::TGetInfoValue text(const std::string& value) {
  tcli::TGetInfoValue info;
  info.__set_stringValue(value);
  return info;
}

tcli::TGetInfoValue length(std::int64_t value) {
  tcli::TGetInfoValue info;
  info.__set_lenValue(value);
  return info;
}

tcli::TGetInfoValue small(std::int16_t value) {
  tcli::TGetInfoValue info;
  info.__set_smallIntValue(value);
  return info;
}

}  // namespace

std::optional<tcli::TGetInfoValue> info_value(std::int32_t type, const std::string& user) {
  using Type = tcli::TGetInfoType;
  switch (type) {
    case Type::CLI_SERVER_NAME:
    case Type::CLI_DBMS_NAME:
      return text("Spark SQL");
    case Type::CLI_DBMS_VER:
      return text("4.0.0");
    case Type::CLI_DATA_SOURCE_NAME:
      return text("Lakeport");
    case Type::CLI_SEARCH_PATTERN_ESCAPE:
      return text("\\");
    case Type::CLI_IDENTIFIER_QUOTE_CHAR:
      return text("`");
    case Type::CLI_CATALOG_NAME:
      return text("Y");
    case Type::CLI_DATA_SOURCE_READ_ONLY:
      return text("N");
    case Type::CLI_ACCESSIBLE_TABLES:
      return text("Y");
    case Type::CLI_ACCESSIBLE_PROCEDURES:
      return text("N");
    case Type::CLI_DESCRIBE_PARAMETER:
      return text("N");
    case Type::CLI_ORDER_BY_COLUMNS_IN_SELECT:
      return text("N");
    case Type::CLI_INTEGRITY:
      return text("N");
    case Type::CLI_SPECIAL_CHARACTERS:
      return text("");
    case Type::CLI_COLLATION_SEQ:
      return text("UTF8_BINARY");
    case Type::CLI_XOPEN_CLI_YEAR:
      return text("1995");
    case Type::CLI_USER_NAME:
      return text(user);
    case Type::CLI_IDENTIFIER_CASE:
      return small(4);  // kept as written, compared without case
    case Type::CLI_TXN_CAPABLE:
      return small(0);
    case Type::CLI_NULL_COLLATION:
      return small(1);  // NULL is the lowest
    case Type::CLI_MAX_COLUMN_NAME_LEN:
    case Type::CLI_MAX_SCHEMA_NAME_LEN:
    case Type::CLI_MAX_CATALOG_NAME_LEN:
    case Type::CLI_MAX_TABLE_NAME_LEN:
    case Type::CLI_MAX_USER_NAME_LEN:
    case Type::CLI_MAX_IDENTIFIER_LEN:
      return length(kLongestName);
    case Type::CLI_MAX_DRIVER_CONNECTIONS:
    case Type::CLI_MAX_CONCURRENT_ACTIVITIES:
    case Type::CLI_MAX_CURSOR_NAME_LEN:
    case Type::CLI_MAX_COLUMNS_IN_GROUP_BY:
    case Type::CLI_MAX_COLUMNS_IN_INDEX:
    case Type::CLI_MAX_COLUMNS_IN_ORDER_BY:
    case Type::CLI_MAX_COLUMNS_IN_SELECT:
    case Type::CLI_MAX_COLUMNS_IN_TABLE:
    case Type::CLI_MAX_INDEX_SIZE:
    case Type::CLI_MAX_ROW_SIZE:
    case Type::CLI_MAX_STATEMENT_LEN:
    case Type::CLI_MAX_TABLES_IN_SELECT:
      return length(0);  // no limit that is known
    default:
      return std::nullopt;
  }
}

}  // namespace lakeport::lakehouse
