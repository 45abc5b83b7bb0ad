// Finds securables for one caller inside of one transaction, and says what he may do with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/lakehouse/securable.h"
#include "lakeport/store/metadata.h"

#include "access.h"
#include "securable_rows.h"

namespace lakeport::lakehouse::unity {

// The two roots of a workspace's names.
struct Roots {
  std::int64_t metastore_id = 0;
  std::int64_t hive_id = 0;
};

// A securable with the way to it: metastore, catalog, schema, object as far as it goes.
struct Located {
  std::vector<SecurableRow> path;
  Access access;

  const SecurableRow& row() const { return path.back(); }
  // As stored; of an external location or credential its name is `catalog`.
  ObjectName name() const;
  std::int64_t root_id() const { return path.front().id; }
};

// An object with the parts that all objects have; `name` in the form of its kind.
template <class T, class Name>
T object_of(const Located& located, Name name) {
  const auto& row = located.row();
  T object;
  object.id = row.id;
  object.uuid = row.uuid;
  object.name = std::move(name);
  object.owner_id = row.owner_id;
  object.comment = row.comment;
  object.created = row.created;
  object.created_by = row.created_by;
  object.updated = row.updated;
  object.updated_by = row.updated_by;
  return object;
}

// "Table 'main.default.t'", for messages.
std::string describe(const std::vector<SecurableRow>& path, std::size_t level);
Error permission_error(const Located& located, const MissingPrivilege& missing);
Error not_found(SecurableKind kind, const ObjectName& name);

class Lookup {
 public:
  Lookup(store::Session& session, const Caller& caller, const Roots& roots);

  store::Session& session() { return session_; }
  const Caller& caller() const { return caller_; }
  // Something was kept from the caller that is there: a denial that reads "not found".
  bool hidden() const { return hidden_; }

  // kNotFound when it is not there or the caller may not know of it.
  Result<Located> locate(SecurableKind kind, const ObjectName& name);
  Result<Located> locate_by_id(std::int64_t id);
  // kPermission unless the caller may act with `privilege`.
  Result<Located> require(SecurableKind kind, const ObjectName& name, Privilege privilege);
  static Status require(const Located& located, Privilege privilege);
  // kPermission unless the caller may see its metadata.
  Result<Located> readable(SecurableKind kind, const ObjectName& name);
  static Status require_readable(const Located& located);

  // Those below `parent` whose metadata the caller may see, by name.
  Result<std::vector<Located>> children(const Located& parent, SecurableKind kind);
  // All catalogs that he may see, hive_metastore among them.
  Result<std::vector<Located>> catalogs();

  // The caller and his groups, as parameters.
  const std::vector<store::Value>& principals() const { return principals_; }
  bool is_caller(std::int64_t principal_id) const;

 private:
  Result<std::vector<SecurableRow>> path_to(SecurableKind kind, const ObjectName& name, std::size_t wanted);
  Result<Located> with_access(std::vector<SecurableRow> path);
  Result<bool> visible(const Located& located);
  Result<bool> has_something_below(const SecurableRow& row);
  Result<Reach> reach(const std::vector<SecurableRow>& path);
  Result<SecurableRow> root(bool hive);

  store::Session& session_;
  const Caller& caller_;
  Roots roots_;
  std::vector<store::Value> principals_;
  std::string principal_marks_;
  bool hidden_ = false;
};

}  // namespace lakeport::lakehouse::unity
