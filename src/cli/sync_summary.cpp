// What a sync did, or would do, at the end of `lakeport sync`.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "lakeport/base/time.h"

#include "exit_code.h"
#include "quantity.h"
#include "sync_report.h"

namespace lakeport::cli {

namespace {

using Json = nlohmann::json;

// Columns as wide as their widest cell; the first and the last to the left, numbers to the right.
class TextTable {
 public:
  using Row = std::vector<std::string>;

  explicit TextTable(Row titles) : rows_{std::move(titles)} {}
  void add(Row row) { rows_.push_back(std::move(row)); }

  void print(Console& console) const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], letters(row[i]));
    }
    for (const auto& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string gap(widths[i] - letters(row[i]), ' ');
        const bool left = i == 0 || i + 1 == row.size();
        line += (i == 0 ? "" : "  ") + (left ? row[i] + gap : gap + row[i]);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      console.print(line);
    }
  }

 private:
  // UTF-8: every byte but the following ones of a letter.
  static std::size_t letters(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
  }

  std::vector<Row> rows_;
};

std::string note(const sync::TableSummary& table) {
  std::string text;
  const auto add = [&](bool holds, const char* word) {
    if (holds) text += std::string(text.empty() ? "" : ", ") + word;
  };
  add(table.created, "created");
  add(table.altered, "altered");
  add(table.truncated && !table.created, "truncated");
  return text;
}

Json table_to_json(const sync::TableSummary& table) {
  return {{"schema", table.table.schema}, {"table", table.table.table}, {"upserted", table.upserted},
          {"updated", table.updated},     {"deleted", table.deleted},   {"columns", table.columns},
          {"created", table.created},     {"altered", table.altered},   {"truncated", table.truncated}};
}

Json error_to_json(const Error& error) {
  return {{"kind", to_string(error.kind())},
          {"what", error.what()},
          {"where", error.where()},
          {"next_step", error.next_step()},
          {"text", error.to_string()}};
}

Json summary_to_json(const sync::SyncOutcome& outcome) {
  const auto& summary = outcome.summary;
  Json json{{"event", "summary"},
            {"outcome", outcome.status ? "succeeded" : std::string(to_string(outcome.status.error().kind()))},
            {"exit_code", outcome.status ? kSucceeded : exit_code(outcome.status.error().kind())},
            {"started", to_iso8601(summary.started)},
            {"ended", to_iso8601(summary.ended)},
            {"rows_received", summary.rows_received},
            {"bytes_received", summary.bytes_received},
            {"rows_written", summary.rows_written},
            {"checkpoints_stored", summary.checkpoints_stored},
            {"files", summary.files},
            {"warnings", summary.warnings},
            {"tables", Json::array()},
            {"skipped_tables", Json::object()}};
  for (const auto& table : summary.tables) json["tables"].push_back(table_to_json(table));
  for (const auto& [table, records] : summary.skipped_tables) json["skipped_tables"][table] = records;
  if (!outcome.status) json["error"] = error_to_json(outcome.status.error());
  return json;
}

}  // namespace

void show_summary(Console& console, const sync::SyncOutcome& outcome, const std::filesystem::path& state) {
  console.event(summary_to_json(outcome));
  const auto& summary = outcome.summary;
  if (!summary.tables.empty()) {
    TextTable table({"TABLE", "UPSERTED", "UPDATED", "DELETED", "COLUMNS", "NOTE"});
    for (const auto& row : summary.tables) {
      table.add({row.table.to_string(), count_text(row.upserted), count_text(row.updated),
                 count_text(row.deleted), count_text(static_cast<std::int64_t>(row.columns)), note(row)});
    }
    console.print("");
    table.print(console);
  }
  for (const auto& [table, records] : summary.skipped_tables) {
    console.print(fmt::format("not selected: {} ({} records sent)", table, count_text(records)));
  }
  if (summary.files > 0) console.print("files stored: " + count_text(summary.files));
  const auto took = summary.ended - summary.started;
  const auto seconds = std::max(0.001, std::chrono::duration<double>(took).count());
  console.print(
      fmt::format("{} rows received ({}) in {}, {} rows/s; rows written: {}; checkpoints stored: {}; "
                  "warnings: {}; state: {}",
                  count_text(summary.rows_received), bytes_text(summary.bytes_received), to_human(took),
                  count_text(static_cast<std::int64_t>(static_cast<double>(summary.rows_received) / seconds)),
                  count_text(summary.rows_written), count_text(summary.checkpoints_stored),
                  summary.warnings.size(), state.string()));
}

void show_plan(Console& console, const sync::SyncPlan& plan) {
  using Action = sync::PlannedTable::Action;
  Json event{
      {"event", "plan"}, {"declared", plan.declared}, {"tables", Json::array()}, {"left_out", Json::array()}};
  TextTable table({"TABLE", "COLUMNS", "WOULD BE"});
  for (const auto& planned : plan.tables) {
    std::string action = "left as it is";
    std::string word = "nothing";
    if (planned.action == Action::kCreate) action = "created", word = "create";
    if (planned.action == Action::kWaitForRows)
      action = "created when its first rows come", word = "wait_for_rows";
    if (planned.action == Action::kAlter) {
      word = "alter";
      action = "altered:";
      for (const auto& change : planned.changes) action += (action.back() == ':' ? " " : ", ") + change;
    }
    table.add({planned.table.to_string(),
               count_text(static_cast<std::int64_t>(planned.schema.columns.size())), action});
    event["tables"].push_back({{"schema", planned.table.schema},
                               {"table", planned.table.table},
                               {"source", planned.source.to_string()},
                               {"action", word},
                               {"changes", planned.changes},
                               {"columns", planned.schema.columns.size()}});
  }
  for (const auto& left_out : plan.left_out) event["left_out"].push_back(left_out.to_string());
  console.event(event);
  if (!plan.declared) console.print("The source declares no schema: its tables show when their rows come.");
  if (!plan.tables.empty()) table.print(console);
  for (const auto& left_out : plan.left_out) console.print("not selected: " + left_out.to_string());
  console.print("Nothing was written.");
}

}  // namespace lakeport::cli
