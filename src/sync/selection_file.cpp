// Reading a selection file.
#include <functional>

#include <yaml-cpp/yaml.h>

#include "lakeport/sync/selection.h"

#include "nearest_name.h"

namespace lakeport::sync {

// Thrown and caught inside this file only: yaml-cpp reports by exceptions, so that the reader does the same.
struct SelectionError {
  int line = 0;
  std::string what;
  std::string next_step;
};

class SelectionReader {
 public:
  Selection read(const YAML::Node& root) {
    Selection selection;
    require_map(root, "the file");
    const bool has_tables = root["tables"].IsDefined();
    if (has_tables && root["schemas"].IsDefined()) {
      throw SelectionError{
          line(root), "`schemas` and `tables` are both there",
          "Put the tables under their schemas, or leave `schemas` out for a source without them."};
    }
    if (has_tables || root["include_new_tables"].IsDefined()) {
      check_keys(root, {"tables", "include_new_tables"});
      selection.without_schemas_.emplace();
      read_tables(root, *selection.without_schemas_);
    } else {
      check_keys(root, {"schemas", "include_new_schemas"});
      selection.with_schemas_ = Selection::WithSchemas();
      read_schemas(root, *selection.with_schemas_);
    }
    return selection;
  }

 private:
  static int line(const YAML::Node& node) { return node.Mark().line + 1; }

  static void require_map(const YAML::Node& node, const std::string& what) {
    if (node.IsMap()) return;
    throw SelectionError{line(node), what + " must be a map of names",
                         "See docs/selection.md for the format."};
  }

  static bool read_bool(const YAML::Node& node, const std::string& what) {
    bool value = false;
    if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value)) {
      throw SelectionError{line(node), what + " must be true or false", ""};
    }
    return value;
  }

  static void check_keys(const YAML::Node& node, const std::vector<std::string>& allowed) {
    for (const auto& entry : node) {
      const auto key = entry.first.as<std::string>();
      if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
        throw SelectionError{line(entry.first), "unknown word `" + key + "`" + did_you_mean(key, allowed),
                             ""};
      }
    }
  }

  // Reads every entry of the map at `key` by `read_entry`, which returns whether the entry is included, and
  // then the flag for what is not named. The flag must be there as soon as something is named as included:
  // else nobody could tell whether "only these" or "these too" was meant.
  static void read_level(const YAML::Node& node, const std::string& key, const std::string& flag,
                         bool& include_new,
                         const std::function<bool(const std::string&, const YAML::Node&)>& read_entry) {
    bool names_included = false;
    if (const auto entries = node[key]; entries.IsDefined() && !entries.IsNull()) {
      require_map(entries, "`" + key + "`");
      for (const auto& entry : entries) {
        names_included |= read_entry(entry.first.as<std::string>(), entry.second);
      }
    }
    if (const auto given = node[flag]; given.IsDefined()) {
      include_new = read_bool(given, "`" + flag + "`");
    } else if (names_included) {
      throw SelectionError{
          line(node), "`" + key + "` names what is included but not what happens to the others",
          "Add `" + flag + ": false` (only these) or `" + flag + ": true` (all others too)."};
    }
  }

  template <class Map>
  static auto& add(Map& map, const std::string& name, const YAML::Node& node) {
    const auto [place, fresh] = map.try_emplace(name);
    if (!fresh) throw SelectionError{line(node), "`" + name + "` is there twice", ""};
    return place->second;
  }

  static bool read_table(TableChoice& table, const std::string& name, const YAML::Node& node) {
    if (node.IsScalar()) {
      table.included = read_bool(node, "table `" + name + "`");
      return table.included;
    }
    require_map(node, "table `" + name + "`");
    check_keys(node, {"include", "columns", "include_new_columns"});
    if (const auto given = node["include"]; given.IsDefined()) table.included = read_bool(given, "`include`");
    read_level(node, "columns", "include_new_columns", table.include_new_columns,
               [&](const std::string& column, const YAML::Node& value) {
                 return add(table.columns, column, value) = read_bool(value, "column `" + column + "`");
               });
    return table.included;
  }

  static void read_tables(const YAML::Node& node, SchemaChoice& schema) {
    read_level(node, "tables", "include_new_tables", schema.include_new_tables,
               [&](const std::string& name, const YAML::Node& value) {
                 return read_table(add(schema.tables, name, value), name, value);
               });
  }

  static bool read_schema(SchemaChoice& schema, const std::string& name, const YAML::Node& node) {
    if (node.IsScalar()) {
      schema.included = read_bool(node, "schema `" + name + "`");
      return schema.included;
    }
    require_map(node, "schema `" + name + "`");
    check_keys(node, {"include", "tables", "include_new_tables"});
    if (const auto given = node["include"]; given.IsDefined())
      schema.included = read_bool(given, "`include`");
    read_tables(node, schema);
    return schema.included;
  }

  static void read_schemas(const YAML::Node& node, Selection::WithSchemas& selection) {
    read_level(node, "schemas", "include_new_schemas", selection.include_new_schemas,
               [&](const std::string& name, const YAML::Node& value) {
                 return read_schema(add(selection.schemas, name, value), name, value);
               });
  }
};

Result<Selection> Selection::parse(const std::string& yaml, const std::string& file_name) {
  const auto where = [&](int line) { return file_name + ":" + std::to_string(line); };
  try {
    auto selection = SelectionReader().read(YAML::Load(yaml));
    selection.file_name_ = file_name;
    return selection;
  } catch (const SelectionError& error) {
    return fail(ErrorKind::kInvalidInput, error.what, where(error.line), error.next_step);
  } catch (const YAML::Exception& error) {
    return fail(ErrorKind::kInvalidInput, "this is not valid YAML: " + error.msg, where(error.mark.line + 1));
  }
}

}  // namespace lakeport::sync
