// What the two engines of the metadata store write differently, and nothing else.
#pragma once

#include <string>
#include <string_view>

namespace lakeport::store {

enum class Dialect { kSqlite, kPostgres };

// "?" → "$1", "$2"… outside of quotes and comments.
std::string numbered_parameters(std::string_view sql);

// A migration as `dialect` takes it. Migrations are written with these types in capitals, as words of their
// own; quotes and comments are left alone:
//   BIGINT       integers, booleans (0/1), moments (milliseconds since 1970)
//   DOUBLE       8-byte floating point
//   TEXT         UTF-8, ordered by its bytes in both engines
//   BYTES        BLOB | BYTEA
//   SERIAL_KEY   a primary key that counts up by itself and never reuses a number
// Everything else must be SQL that both engines understand.
std::string schema_in(Dialect dialect, std::string_view sql);

}  // namespace lakeport::store
