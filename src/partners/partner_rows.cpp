#include "partner_rows.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include <nlohmann/json.hpp>
#include <utf8proc.h>

#include "lakeport/partners/words.h"

namespace lakeport::partners {

namespace {

using nlohmann::json;

constexpr std::string_view kColumns =
    "id, origin, config, settings, retired, "
    "cast(case when credential is null then 0 else 1 end as bigint), created_ms, updated_ms, made_by";

std::string settings_json(const Partner& partner) {
  const HubSettings& hub = partner.hub;
  json settings = {{"integration_type", to_string(hub.integration)},
                   {"unity_catalog", hub.unity_catalog},
                   {"external_location", hub.external_location},
                   {"non_admin", hub.non_admin},
                   {"regions", hub.regions},
                   {"warehouse_types", json::array()}};
  for (const WarehouseType type : hub.warehouse_types)
    settings["warehouse_types"].push_back(word_of(kWarehouseTypes, type));
  if (hub.only_workspace) settings["only_workspace"] = *hub.only_workspace;
  if (partner.connection_file)
    settings["connection_file"] = word_of(kConnectionFiles, *partner.connection_file);
  return settings.dump();
}

// Only what settings_json wrote is ever read here.
void read_settings(const std::string& text, Partner& partner) {
  const json settings = json::parse(text, nullptr, false);
  if (!settings.is_object()) return;
  HubSettings& hub = partner.hub;
  hub.integration = integration_type_from_string(settings.value("integration_type", std::string()))
                        .value_or(IntegrationType::kNone);
  hub.unity_catalog = settings.value("unity_catalog", true);
  hub.external_location = settings.value("external_location", false);
  hub.non_admin = settings.value("non_admin", false);
  hub.regions = settings.value("regions", std::vector<std::string>());
  hub.warehouse_types.clear();
  for (const std::string& word : settings.value("warehouse_types", std::vector<std::string>()))
    if (const auto type = value_of(kWarehouseTypes, word)) hub.warehouse_types.push_back(*type);
  if (settings.contains("only_workspace"))
    hub.only_workspace = settings.at("only_workspace").get<std::int64_t>();
  partner.connection_file = value_of(kConnectionFiles, settings.value("connection_file", std::string()));
}

UtcMillis moment(std::int64_t milliseconds) { return UtcMillis(std::chrono::milliseconds(milliseconds)); }

Partner parse(const store::Row& row, UtcMillis updated) {
  Partner partner;
  partner.id = row.text(0);
  partner.origin = value_of(kOrigins, row.text(1)).value_or(Origin::kRegistered);
  // It was checked when it was written; built-in and self-test partners leave out what they do not have.
  partner.config = check_config(row.text(2)).config;
  read_settings(row.text(3), partner);
  partner.updated = updated;
  return partner;
}

// `cache`: null to read the documents in any case.
PartnerRow partner_of(const store::Row& row, PartnerCache* cache) {
  const UtcMillis updated = moment(row.integer(7));
  PartnerRow read;
  auto known = cache == nullptr ? std::nullopt : cache->find(row.text(0), updated);
  if (known) {
    read.partner = *std::move(known);
  } else {
    read.partner = parse(row, updated);
    if (cache != nullptr) cache->keep(read.partner);
  }
  read.partner.retired = row.boolean(4);
  read.partner.has_credential = row.boolean(5);
  read.partner.created = moment(row.integer(6));
  read.made_by = row.optional_integer(8);
  return read;
}

// ",a,b,", so that ",a," is found in it and nothing else.
std::string fenced(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  std::string text = ",";
  for (const std::string& word : words) text += word + ",";
  return text;
}

}  // namespace

std::string folded(std::string_view text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto length = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
      &mapped, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(mapped, &std::free);
  if (length < 0) return std::string(text);
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length)};
}

std::optional<Partner> PartnerCache::find(const std::string& id, UtcMillis updated) const {
  const std::scoped_lock lock(mutex_);
  const auto found = partners_.find(id);
  if (found == partners_.end() || found->second.updated != updated) return std::nullopt;
  return found->second;
}

void PartnerCache::keep(const Partner& partner) {
  const std::scoped_lock lock(mutex_);
  if (partners_.size() >= kMost) partners_.clear();
  partners_.insert_or_assign(partner.id, partner);
}

void Condition::add(std::string_view condition, std::vector<store::Value> values) {
  if (!sql.empty()) sql += " and ";
  sql.append("(").append(condition).append(")");
  std::ranges::move(values, std::back_inserter(parameters));
}

Condition visible_from(const Viewpoint& viewpoint) {
  Condition condition;
  condition.add("(regions = '' and only_workspace is null) or only_workspace = ? or regions like ?",
                {viewpoint.workspace_id, "%," + viewpoint.region + ",%"});
  condition.add("clouds like ?", {"%," + viewpoint.cloud + ",%"});
  return condition;
}

Error no_such_partner(std::string_view id) {
  return {ErrorKind::kNotFound, "there is no partner " + std::string(id)};
}

Result<std::vector<PartnerRow>> read_partners(store::Metadata& metadata, PartnerCache& cache,
                                              const Condition& condition, std::size_t limit) {
  auto parameters = condition.parameters;
  parameters.emplace_back(static_cast<std::int64_t>(limit));
  LAKEPORT_ASSIGN_OR_RETURN(const auto rows,
                            metadata.query("select " + std::string(kColumns) + " from partner where " +
                                               condition.sql + " order by sort_key, id limit ?",
                                           parameters));
  std::vector<PartnerRow> partners;
  partners.reserve(rows.size());
  for (const store::Row& row : rows) partners.push_back(partner_of(row, &cache));
  return partners;
}

Result<PartnerRow> read_partner(store::Metadata& metadata, PartnerCache& cache, const Condition& condition,
                                std::string_view id) {
  Condition one = condition;
  one.add("id = ?", {std::string(id)});
  LAKEPORT_ASSIGN_OR_RETURN(auto partners, read_partners(metadata, cache, one, 1));
  if (partners.empty()) return fail(no_such_partner(id));
  return std::move(partners.front());
}

Result<PartnerRow> read_partner(store::Session& session, std::string_view id) {
  LAKEPORT_ASSIGN_OR_RETURN(
      const auto rows,
      session.query("select " + std::string(kColumns) + " from partner where id = ?", {std::string(id)}));
  if (rows.empty()) return fail(no_such_partner(id));
  return partner_of(rows.front(), nullptr);
}

Status write_partner(store::Session& session, const Partner& partner, std::optional<std::int64_t> made_by) {
  const PartnerConfig& config = partner.config;
  const store::Value self_test =
      partner.origin == Origin::kSelfTest ? store::or_null(partner.hub.only_workspace) : store::Value();
  LAKEPORT_RETURN_IF_ERROR(session.execute(
      "insert into partner (id, origin, sort_key, search_text, category, config, settings, clouds, regions, "
      "only_workspace, self_test_workspace, made_by, retired, created_ms, updated_ms) "
      "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set "
      "sort_key = excluded.sort_key, search_text = excluded.search_text, category = excluded.category, "
      "config = excluded.config, settings = excluded.settings, clouds = excluded.clouds, "
      "regions = excluded.regions, only_workspace = excluded.only_workspace, "
      "self_test_workspace = excluded.self_test_workspace, retired = excluded.retired, "
      "updated_ms = excluded.updated_ms",
      {partner.id, std::string(word_of(kOrigins, partner.origin)), folded(config.name),
       folded(config.name + "\n" + config.description_blurb), std::string(to_string(config.category)),
       config_json(config), settings_json(partner), fenced(config.supported_clouds),
       fenced(partner.hub.regions), store::or_null(partner.hub.only_workspace), self_test,
       store::or_null(made_by), static_cast<std::int64_t>(partner.retired),
       partner.created.time_since_epoch().count(), partner.updated.time_since_epoch().count()}));
  return {};
}

Status write_images(store::Session& session, std::string_view id, const PartnerImages& images) {
  const auto write = [&](const char* role, const std::string& content) -> Status {
    if (content.empty()) return {};
    LAKEPORT_RETURN_IF_ERROR(
        session.execute("insert into partner_image (partner_id, role, content) values (?, ?, ?) "
                        "on conflict (partner_id, role) do update set content = excluded.content",
                        {std::string(id), std::string(role), store::Bytes{content}}));
    return {};
  };
  LAKEPORT_RETURN_IF_ERROR(write("logo", images.logo));
  return write("icon", images.icon);
}

}  // namespace lakeport::partners
