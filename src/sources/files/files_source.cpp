// CSV, JSON and Parquet files as a source: docs/sources/files.md.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lakeport/sources/source.h"

#include "connector_sdk.pb.h"
#include "content.h"
#include "listing.h"
#include "reader.h"
#include "settings.h"
#include "state.h"
#include "table_schema.h"
#include "table_update.h"

namespace lakeport::sources {
namespace {

namespace sdk = fivetran_sdk::v2;
using files::InputFile;
using files::Listing;
using files::Settings;

constexpr std::size_t kNamedFiles = 5;
constexpr std::size_t kTestedFiles = 20;

// Which tables and columns the platform wants.
class Selection {
 public:
  explicit Selection(const sdk::UpdateRequest& request) {
    if (request.has_selection() && request.selection().has_without_schema()) {
      selection_ = &request.selection().without_schema();
    }
  }

  bool includes(const std::string& table) const {
    if (selection_ == nullptr) return true;
    const sdk::TableSelection* found = find(table);
    return found == nullptr ? selection_->include_new_tables() : found->included();
  }

  // Columns that are named and not wanted; what is not named comes along, as `include_new_columns` is for the
  // platform, which knows what the user has seen, to decide.
  std::set<std::string> left_out(const std::string& table) const {
    std::set<std::string> names;
    const sdk::TableSelection* found = selection_ == nullptr ? nullptr : find(table);
    if (found == nullptr) return names;
    for (const auto& [column, included] : found->columns()) {
      if (!included) names.insert(column);
    }
    return names;
  }

 private:
  const sdk::TableSelection* find(const std::string& table) const {
    const auto& tables = selection_->tables();
    const auto found = std::ranges::find(tables, table, &sdk::TableSelection::table_name);
    return found == tables.end() ? nullptr : &*found;
  }

  const sdk::TablesWithNoSchema* selection_ = nullptr;
};

std::vector<InputFile> files_of(const Listing& listing, const std::string& table) {
  std::vector<InputFile> found;
  std::ranges::copy_if(listing.files, std::back_inserter(found),
                       [&](const InputFile& f) { return f.table == table; });
  return found;
}

Status warn_of_left_out(const Listing& listing, UpdateWriter& writer) {
  if (listing.left_out.empty()) return {};
  std::string text = std::to_string(listing.left_out.size()) +
                     " file(s) are left out, by their ending or the table pattern:";
  for (std::size_t i = 0; i < std::min(kNamedFiles, listing.left_out.size()); ++i)
    text += " " + listing.left_out[i];
  if (listing.left_out.size() > kNamedFiles) text += " …";
  return writer.warning(text);
}

class FilesSource final : public Source {
 public:
  sdk::ConfigurationFormResponse configuration_form() const override { return files::form(); }

  Status test(const std::string& name, const Configuration& configuration) const override {
    LAKEPORT_ASSIGN_OR_RETURN(const Settings settings, Settings::parse(configuration));
    LAKEPORT_ASSIGN_OR_RETURN(const Listing listing, files::list_files(settings));
    if (name == "path") return {};
    if (listing.files.empty()) {
      const std::string others = listing.left_out.empty()
                                     ? ""
                                     : " (" + std::to_string(listing.left_out.size()) + " other files are)";
      return fail(ErrorKind::kNotFound, "no CSV, JSON or Parquet file is there" + others, settings.path,
                  "Check the path, and choose the format when the files' endings do not tell it.");
    }
    if (name == "files") return {};
    if (name != "parse") return fail(ErrorKind::kInvalidInput, "there is no test of this name", name);
    files::Session session;
    for (std::size_t i = 0; i < std::min(kTestedFiles, listing.files.size()); ++i) {
      const InputFile& file = listing.files[i];
      LAKEPORT_ASSIGN_OR_RETURN(
          const auto columns,
          files::FileReader::create(file, settings, session)->columns(files::kSampleRows));
      (void)columns;
    }
    return {};
  }

  Result<sdk::SchemaResponse> schema(const Configuration& configuration) const override {
    LAKEPORT_ASSIGN_OR_RETURN(const Settings settings, Settings::parse(configuration));
    LAKEPORT_ASSIGN_OR_RETURN(const Listing listing, files::list_files(settings));
    files::Session session;
    sdk::SchemaResponse response;
    sdk::TableList* tables = response.mutable_without_schema();
    for (const std::string& table : listing.tables()) {
      LAKEPORT_ASSIGN_OR_RETURN(const auto layout,
                                files::sample_layout(settings, files_of(listing, table), session));
      LAKEPORT_ASSIGN_OR_RETURN(const auto schema, files::table_schema(settings, table, layout, {}));
      wire::table_to_proto(schema, tables->add_tables());
    }
    return response;
  }

  Status update(const sdk::UpdateRequest& request, UpdateWriter& writer) const override {
    const Configuration configuration(request.configuration().begin(), request.configuration().end());
    LAKEPORT_ASSIGN_OR_RETURN(const Settings settings, Settings::parse(configuration));
    LAKEPORT_ASSIGN_OR_RETURN(files::State state, files::State::parse(request.state_json()));
    LAKEPORT_ASSIGN_OR_RETURN(const Listing listing, files::list_files(settings));
    LAKEPORT_RETURN_IF_ERROR(warn_of_left_out(listing, writer));
    std::set<std::string> tables;
    for (const std::string& table : listing.tables()) tables.insert(table);
    for (const auto& [table, known] : state.tables) tables.insert(table);
    const Selection selection(request);
    files::Session session;
    files::Progress progress(writer, state, request.state_json());
    for (const std::string& table : tables) {
      if (!selection.includes(table)) continue;
      std::set<std::string> left_out = selection.left_out(table);
      for (const std::string& column : settings.key_of(table)) left_out.erase(column);
      files::TableUpdate update(settings, table, files_of(listing, table), std::move(left_out),
                                state.tables[table], progress, session);
      LAKEPORT_RETURN_IF_ERROR(update.run());
    }
    return progress.checkpoint();
  }
};

}  // namespace

std::unique_ptr<Source> make_files_source() { return std::make_unique<FilesSource>(); }

}  // namespace lakeport::sources
