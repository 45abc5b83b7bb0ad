#include "change_writer.h"

#include <algorithm>

namespace lakeport::sources::postgres {
namespace {

using Kind = TupleValue::Kind;
using wire::RecordType;

bool any_unchanged(const Tuple& row, const std::vector<std::uint16_t>& places) {
  return std::any_of(places.begin(), places.end(),
                     [&row](std::uint16_t place) { return row[place].kind == Kind::kUnchanged; });
}

bool same_values(const Tuple& a, const Tuple& b, const std::vector<std::uint16_t>& places) {
  return std::all_of(places.begin(), places.end(), [&](std::uint16_t place) {
    // A value that is not in the new row is the old row's.
    return b[place].kind == Kind::kUnchanged ||
           (a[place].kind == b[place].kind && a[place].text == b[place].text);
  });
}

// As PostgreSQL writes a row as text (record_out).
std::string row_text(const Tuple& row, const std::vector<std::uint16_t>& places) {
  std::string text = "(";
  for (const std::uint16_t place : places) {
    if (text.size() > 1) text += ',';
    if (row[place].kind != Kind::kText) continue;
    const std::string_view value = row[place].text;
    const bool quoted = value.empty() || value.find_first_of("\"\\(), \t\n\r\v\f") != std::string_view::npos;
    if (!quoted) {
      text += value;
      continue;
    }
    text += '"';
    for (const char c : value) {
      if (c == '"' || c == '\\') text += c;
      text += c;
    }
    text += '"';
  }
  return text + ')';
}

}  // namespace

ChangeWriter::ChangeWriter(Connection& sql, const Settings& settings, Types& types, UpdateWriter& writer,
                           const std::vector<FollowedTable>& tables)
    : sql_(sql), settings_(settings), types_(types) {
  for (const FollowedTable& followed : tables) {
    auto& changes = tables_[followed.table->oid];
    changes = std::make_unique<TableChanges>(*followed.table, *followed.state, writer);
    by_storage_[followed.table->oid] = changes.get();
    for (const Storage& storage : followed.table->storages) by_storage_[storage.oid] = changes.get();
  }
}

Status ChangeWriter::begin(const Begin& begin) {
  transaction_ = begin;
  in_transaction_ = true;
  return {};
}

Status ChangeWriter::commit(Lsn end) {
  in_transaction_ = false;
  committed_ = end;
  return {};
}

Status ChangeWriter::relation(Relation relation) {
  Target target;
  const auto found = by_storage_.find(relation.oid);
  if (found != by_storage_.end()) {
    TableChanges& changes = *found->second;
    std::vector<TypeOid> types;
    for (const RelationColumn& column : relation.columns) types.push_back(column.type);
    LAKEPORT_RETURN_IF_ERROR(types_.load(sql_, types));
    LAKEPORT_RETURN_IF_ERROR(changes.take_form(relation, types_));
    target.changes = &changes;
    target.by_key = changes.table().has_key();
    target.key_known = true;
    for (std::size_t i = 0; i < relation.columns.size(); ++i) {
      if (changes.wants(relation.columns[i].name)) target.columns.push_back(static_cast<std::uint16_t>(i));
    }
    for (const TableColumn& column : changes.table().columns) {
      if (!column.key) continue;
      const auto in_stream = std::find_if(relation.columns.begin(), relation.columns.end(),
                                          [&](const auto& c) { return c.name == column.name; });
      if (in_stream == relation.columns.end()) {
        target.key_known = false;
        continue;
      }
      target.key_known = target.key_known && (in_stream->identity || relation.identity == 'f');
      target.key.push_back(static_cast<std::uint16_t>(in_stream - relation.columns.begin()));
    }
  }
  const std::uint32_t oid = relation.oid;
  target.relation = std::move(relation);
  targets_[oid] = std::move(target);
  return {};
}

bool ChangeWriter::was_read(const TableChanges& changes) const {
  return changes.snapshot() && transaction_.commit < changes.state().until &&
         changes.snapshot()->sees(transaction_.xid);
}

bool ChangeWriter::may_be_missing(const TableChanges& changes) const {
  return changes.state().patched && transaction_.commit < changes.state().until;
}

void ChangeWriter::give_up(TableChanges& changes, const std::string& why) {
  log_line("WARNING",
           "table " + changes.table().name.to_string() + ": " + why + "; the next sync reads it anew");
  changes.give_up();
}

// Null when the change is not wanted.
Result<ChangeWriter::Target*> ChangeWriter::target(std::uint32_t relation,
                                                   std::initializer_list<const Tuple*> rows) {
  const auto found = targets_.find(relation);
  if (found == targets_.end()) {
    return fail(ErrorKind::kSourceFailed, "a change of a relation that was not described",
                "replication stream");
  }
  Target& target = found->second;
  if (target.changes == nullptr || target.changes->given_up() || was_read(*target.changes)) return nullptr;
  for (const Tuple* row : rows) {
    if (row->size() != target.relation.columns.size()) {
      return fail(ErrorKind::kSourceFailed, "a row with another number of columns than its relation",
                  "replication stream: table " + target.changes->table().name.to_string());
    }
  }
  if (target.by_key && !target.key_known) {
    give_up(*target.changes, "its key was changed while changes from before were still to be read");
    return nullptr;
  }
  return &target;
}

Status ChangeWriter::fetch(TableChanges& changes, const Target& target, const Tuple& row) {
  std::vector<std::string> key;
  for (const std::uint16_t place : target.key) key.emplace_back(row[place].text);
  changes.reread().add_key(key);
  return changes.reread().full() ? changes.fetch(sql_, settings_) : Status{};
}

Status ChangeWriter::insert(std::uint32_t relation, const Tuple& row) {
  LAKEPORT_ASSIGN_OR_RETURN(Target * target, this->target(relation, {&row}));
  if (target == nullptr) return {};
  if (target->changes->table().has_generated()) return fetch(*target->changes, *target, row);
  return target->changes->add(RecordType::kUpsert, target->relation, target->columns, row);
}

Status ChangeWriter::update(std::uint32_t relation, OldRow old_row, const Tuple& before, const Tuple& after) {
  if (old_row == OldRow::kNone) {
    LAKEPORT_ASSIGN_OR_RETURN(Target * target, this->target(relation, {&after}));
    return target == nullptr ? Status{} : update_by_key(*target, old_row, before, after);
  }
  LAKEPORT_ASSIGN_OR_RETURN(Target * target, this->target(relation, {&before, &after}));
  if (target == nullptr) return {};
  // The old row has values that the new one leaves out: all of them, or those of the key.
  merged_ = after;
  for (std::size_t i = 0; i < merged_.size(); ++i) {
    const bool known = old_row == OldRow::kWhole || target->relation.columns[i].identity;
    if (merged_[i].kind == Kind::kUnchanged && known) merged_[i] = before[i];
  }
  return target->by_key ? update_by_key(*target, old_row, before, merged_)
                        : update_whole_row(*target, before, merged_);
}

Status ChangeWriter::update_by_key(Target& target, OldRow old_row, const Tuple& before, const Tuple& after) {
  TableChanges& changes = *target.changes;
  if (!target.by_key) {
    return fail(ErrorKind::kSourceFailed, "an update without the old row",
                "table " + changes.table().name.to_string());
  }
  const bool new_key = old_row != OldRow::kNone && !same_values(before, after, target.key);
  if (new_key) {
    LAKEPORT_RETURN_IF_ERROR(changes.add(RecordType::kDelete, target.relation, target.key, before));
  }
  const bool in_part = any_unchanged(after, target.columns);
  if (changes.table().has_generated() || (in_part && (new_key || may_be_missing(changes)))) {
    return fetch(changes, target, after);
  }
  if (!in_part) return changes.add(RecordType::kUpsert, target.relation, target.columns, after);
  present_.clear();
  std::copy_if(target.columns.begin(), target.columns.end(), std::back_inserter(present_),
               [&](std::uint16_t place) { return after[place].kind != Kind::kUnchanged; });
  return changes.add(RecordType::kUpdate, target.relation, present_, after);
}

Status ChangeWriter::update_whole_row(Target& target, const Tuple& before, const Tuple& after) {
  if (same_values(before, after, target.columns)) return {};
  LAKEPORT_RETURN_IF_ERROR(remove_whole_row(target, before));
  return target.changes->add(RecordType::kUpsert, target.relation, target.columns, after);
}

Status ChangeWriter::remove_whole_row(Target& target, const Tuple& before) {
  TableChanges& changes = *target.changes;
  LAKEPORT_RETURN_IF_ERROR(changes.add(RecordType::kDelete, target.relation, target.columns, before));
  changes.reread().add_row(row_text(before, target.columns));
  return changes.reread().full() ? changes.fetch(sql_, settings_) : Status{};
}

Status ChangeWriter::remove(std::uint32_t relation, OldRow old_row, const Tuple& before) {
  LAKEPORT_ASSIGN_OR_RETURN(Target * target, this->target(relation, {&before}));
  if (target == nullptr) return {};
  if (target->by_key) return target->changes->add(RecordType::kDelete, target->relation, target->key, before);
  if (old_row != OldRow::kWhole) {
    return fail(ErrorKind::kSourceFailed, "a delete without the old row",
                "table " + target->changes->table().name.to_string());
  }
  return remove_whole_row(*target, before);
}

Status ChangeWriter::truncate(const std::vector<std::uint32_t>& relations) {
  for (const std::uint32_t relation : relations) {
    LAKEPORT_ASSIGN_OR_RETURN(Target * target, this->target(relation, {}));
    if (target == nullptr) continue;
    if (target->relation.oid != target->changes->table().oid) {
      give_up(*target->changes, "its partition " + target->relation.table + " was truncated");
      continue;
    }
    LAKEPORT_RETURN_IF_ERROR(target->changes->truncate());
  }
  return {};
}

Status ChangeWriter::flush() {
  for (auto& [oid, changes] : tables_) {
    LAKEPORT_RETURN_IF_ERROR(changes->flush());
    LAKEPORT_RETURN_IF_ERROR(changes->fetch(sql_, settings_));
  }
  return {};
}

}  // namespace lakeport::sources::postgres
