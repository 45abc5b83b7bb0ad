// The table of everything that grants may name, as rows. Nothing here checks a right.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/securable.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse::unity {

struct SecurableRow {
  std::int64_t id = 0;
  std::string uuid;
  SecurableKind kind = SecurableKind::kCatalog;
  std::optional<std::int64_t> parent_id, catalog_id, schema_id;
  std::string name;
  std::int64_t owner_id = 0;
  std::string comment;
  Properties properties;
  std::string storage_root;
  bool isolated = false;
  bool hive = false;
  bool pending = false;
  std::int64_t version = 0;
  UtcMillis created{}, updated{};
  std::string created_by, updated_by;
};

// "s.id, s.uuid, …": what read_securable() expects from its column on, of a securable called `s`.
extern const std::string kSecurableColumns;
constexpr std::size_t kSecurableColumnCount = 20;
SecurableRow read_securable(const store::Row& row, std::size_t first = 0);

// "?, ?, ?"
std::string placeholders(std::size_t count);

namespace rows {

// `count` fresh ids; gives the first.
Result<std::int64_t> take_ids(store::Session& session, std::int64_t count);
// Makes every process drop what it remembers; gives the new version.
Result<std::int64_t> grow_version(store::Session& session);

// Of a row: kind, parent_id, catalog_id, schema_id (of the ancestors; the row's own id is set where it
// belongs), name, owner, comment, properties, storage_root, isolated, hive, pending. Sets id and uuid unless
// they are set. kExists for a name that is taken.
Status insert(store::Session& session, SecurableRow& row, const std::string& by, UtcMillis now);
// Name, schema (tables), owner, comment, properties, storage_root, isolated, pending; its version grows.
// kExists for a name that is taken.
Status update(store::Session& session, const SecurableRow& row, const std::string& by, UtcMillis now);
// With everything below it.
Status remove(store::Session& session, std::int64_t id);

Result<std::optional<SecurableRow>> by_id(store::Session& session, std::int64_t id);
// Not those that are pending.
Result<std::optional<SecurableRow>> child(store::Session& session, std::int64_t parent_id, SecurableKind kind,
                                          std::string_view name);
Result<std::vector<SecurableRow>> children(store::Session& session, std::int64_t parent_id,
                                           SecurableKind kind);

}  // namespace rows

}  // namespace lakeport::lakehouse::unity
