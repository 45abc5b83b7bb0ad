#include "choice_check.h"

#include <algorithm>
#include <string>
#include <utility>

#include "lakeport/lakehouse/clusters.h"

namespace lakeport::partners {

namespace {

using lakehouse::ObjectName;
using lakehouse::Privilege;
using lakehouse::SecurableKind;
using lakehouse::Warehouse;

constexpr std::string_view kHive = "hive_metastore";
constexpr std::size_t kMostSchemas = 500;
constexpr std::size_t kLongestEmail = 254;

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  const bool plain = std::ranges::all_of(
      text, [](char letter) { return static_cast<unsigned char>(letter) > ' ' && letter != '\x7f'; });
  return plain && text.size() <= kLongestEmail && at != 0 && at != std::string_view::npos &&
         at + 1 < text.size() && text.find('@', at + 1) == std::string_view::npos;
}

WarehouseType type_of(const Warehouse& warehouse) {
  if (warehouse.serverless) return WarehouseType::kServerless;
  return warehouse.type == "CLASSIC" ? WarehouseType::kClassic : WarehouseType::kPro;
}

// Everything that is wrong, one line a field.
class Problems {
 public:
  void add(std::string_view field, std::string_view what) {
    text_.append(text_.empty() ? "" : "\n").append(field).append(": ").append(what);
  }
  Status status(ErrorKind kind) const { return text_.empty() ? Status() : fail(kind, text_); }

 private:
  std::string text_;
};

class Checker {
 public:
  Checker(const HubServices& services, const Caller& caller, const Partner& partner, Choice choice)
      : services_(services), caller_(caller), partner_(partner), choice_(std::move(choice)) {}

  Result<StoredChoice> run() {
    complete_hive();
    Problems unfit;
    check_data(unfit);
    check_compute(unfit);
    check_rest(unfit);
    LAKEPORT_RETURN_IF_ERROR(unfit.status(ErrorKind::kInvalidInput));
    Problems foreign;
    require_data(foreign);
    require_compute(foreign, unfit);
    LAKEPORT_RETURN_IF_ERROR(unfit.status(ErrorKind::kInvalidInput));
    StoredChoice stored;
    require_location(foreign, stored);
    LAKEPORT_RETURN_IF_ERROR(foreign.status(ErrorKind::kNotFound));
    if (!choice_.write_catalog.empty()) {
      stored.catalog_name = choice_.write_catalog;
    } else if (!choice_.read_schemas.empty()) {
      stored.catalog_name = choice_.read_schemas.front().catalog;
    }
    stored.choice = std::move(choice_);
    return stored;
  }

 private:
  IntegrationType type() const { return partner_.hub.integration; }

  // Without Unity Catalog support there is nothing to choose a catalog from.
  void complete_hive() {
    if (partner_.hub.unity_catalog) return;
    if (needs_write_catalog(type()) && choice_.write_catalog.empty()) choice_.write_catalog = kHive;
    for (SchemaChoice& one : choice_.read_schemas)
      if (one.catalog.empty()) one.catalog = kHive;
  }

  void check_data(Problems& problems) const {
    const bool writes = needs_write_catalog(type());
    const bool reads = needs_read_schemas(type());
    if (writes && choice_.write_catalog.empty()) problems.add("write_catalog", "choose a catalog");
    if (!writes && !choice_.write_catalog.empty())
      problems.add("write_catalog", partner_.config.name + " does not write; leave it out");
    if (type() == IntegrationType::kRead && choice_.read_schemas.empty())
      problems.add("read_schemas", "choose at least one schema");
    if (!reads && !choice_.read_schemas.empty())
      problems.add("read_schemas", partner_.config.name + " does not read schemas of yours; leave them out");
    if (choice_.read_schemas.size() > kMostSchemas)
      problems.add("read_schemas", "choose at most " + std::to_string(kMostSchemas));
    for (std::size_t at = 0; at < std::min(choice_.read_schemas.size(), kMostSchemas); ++at) {
      const SchemaChoice& one = choice_.read_schemas[at];
      const std::string field = "read_schemas[" + std::to_string(at) + "]";
      if (one.catalog.empty() || one.schema.empty()) problems.add(field, "needs a catalog and a schema");
      check_catalog(problems, field + ".catalog", one.catalog);
    }
    check_catalog(problems, "write_catalog", choice_.write_catalog);
  }

  void check_catalog(Problems& problems, std::string_view field, const std::string& catalog) const {
    if (!partner_.hub.unity_catalog && !catalog.empty() && lakehouse::name_key(catalog) != kHive)
      problems.add(field, partner_.config.name + " works with hive_metastore only");
  }

  void check_compute(Problems& problems) const {
    if (!needs_warehouse(type())) {
      if (choice_.warehouse_id || !choice_.new_warehouse_name.empty() || !choice_.new_warehouse_size.empty())
        problems.add("warehouse_id", partner_.config.name + " uses no SQL warehouse; leave it out");
    } else if (choice_.warehouse_id) {
      if (!choice_.new_warehouse_name.empty() || !choice_.new_warehouse_size.empty())
        problems.add("new_warehouse", "choose either an existing warehouse or a new one");
    } else {
      if (!caller_.admin)
        problems.add("warehouse_id", "choose a warehouse; only admins of the workspace may make a new one");
      if (!choice_.new_warehouse_size.empty())
        if (const auto limits = lakehouse::size_limits(choice_.new_warehouse_size); !limits)
          problems.add("new_warehouse.size", limits.error().what());
      if (choice_.new_warehouse_name.size() > 100)
        problems.add("new_warehouse.name", "must have at most 100 bytes");
    }
    if (type() != IntegrationType::kNotebook) {
      if (choice_.cluster_id)
        problems.add("cluster_id", partner_.config.name + " uses no cluster; leave it out");
    } else if (!choice_.cluster_id && !caller_.admin) {
      problems.add("cluster_id", "choose a cluster; only admins of the workspace may make a new one");
    }
  }

  void check_rest(Problems& problems) const {
    if (!choice_.destination_location.empty() && !offers_location(partner_))
      problems.add("destination_location", partner_.config.name + " takes none; leave it out");
    if (choice_.email.empty() || choice_.email == caller_.principal.name) return;
    if (!partner_.config.allow_editable_email)
      problems.add("email", partner_.config.name + " only takes your own address");
    else if (!is_email(choice_.email))
      problems.add("email", "is not an e-mail address");
  }

  bool may_grant(SecurableKind kind, const ObjectName& name) const {
    return services_.catalog.require(caller_, Privilege::kManage, kind, name.full()).has_value();
  }

  void require_data(Problems& problems) const {
    if (!choice_.write_catalog.empty() &&
        !may_grant(SecurableKind::kCatalog, {.catalog = choice_.write_catalog, .schema = {}, .object = {}}))
      problems.add("write_catalog",
                   "there is no catalog " + choice_.write_catalog + " that you may give rights on");
    for (std::size_t at = 0; at < choice_.read_schemas.size(); ++at) {
      const SchemaChoice& one = choice_.read_schemas[at];
      if (!may_grant(SecurableKind::kSchema, {.catalog = one.catalog, .schema = one.schema, .object = {}}))
        problems.add("read_schemas[" + std::to_string(at) + "]",
                     "there is no schema " + one.catalog + "." + one.schema + " that you may give rights on");
    }
  }

  void require_compute(Problems& foreign, Problems& unfit) const {
    if (choice_.warehouse_id) {
      const auto warehouse = services_.warehouses.get(caller_, *choice_.warehouse_id);
      const bool manages =
          warehouse &&
          services_.permissions.may(caller_, "sql/warehouses", warehouse->id, "CAN_MANAGE").value_or(false);
      if (!manages) {
        foreign.add("warehouse_id",
                    "there is no warehouse " + *choice_.warehouse_id + " that you may give rights on");
      } else if (std::ranges::find(partner_.hub.warehouse_types, type_of(*warehouse)) ==
                 partner_.hub.warehouse_types.end()) {
        unfit.add("warehouse_id", partner_.config.name + " does not work with this type of warehouse");
      }
    }
    if (choice_.cluster_id &&
        !services_.permissions.may(caller_, "clusters", *choice_.cluster_id, "CAN_MANAGE").value_or(false))
      foreign.add("cluster_id",
                  "there is no cluster " + *choice_.cluster_id + " that you may give rights on");
    // Admins may do everything, also with what is not there.
    else if (choice_.cluster_id && !services_.warehouses.clusters().get(caller_, *choice_.cluster_id))
      foreign.add("cluster_id", "there is no cluster " + *choice_.cluster_id);
  }

  void require_location(Problems& problems, StoredChoice& stored) const {
    if (choice_.destination_location.empty()) return;
    const ObjectName name{.catalog = choice_.destination_location, .schema = {}, .object = {}};
    const auto location = services_.catalog.external_location(caller_, choice_.destination_location);
    if (!location || !may_grant(SecurableKind::kExternalLocation, name))
      problems.add("destination_location", "there is no external location " + choice_.destination_location +
                                               " that you may give rights on");
    else
      stored.destination_url = location->url;
  }

  const HubServices& services_;
  const Caller& caller_;
  const Partner& partner_;
  Choice choice_;
};

}  // namespace

bool needs_warehouse(IntegrationType type) {
  return type == IntegrationType::kRead || type == IntegrationType::kWrite ||
         type == IntegrationType::kReadWrite;
}

bool needs_write_catalog(IntegrationType type) {
  return type == IntegrationType::kWrite || type == IntegrationType::kReadWrite;
}

bool needs_read_schemas(IntegrationType type) {
  return type == IntegrationType::kRead || type == IntegrationType::kReadWrite;
}

bool offers_location(const Partner& partner) {
  return partner.hub.external_location && needs_write_catalog(partner.hub.integration);
}

Result<StoredChoice> check_choice(const HubServices& services, const Caller& caller, const Partner& partner,
                                  const Choice& choice) {
  return Checker(services, caller, partner, choice).run();
}

}  // namespace lakeport::partners
