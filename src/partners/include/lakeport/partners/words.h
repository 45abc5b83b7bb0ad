// The words of the contract (partner-connect.md) for what this module has as enumerations, one table each:
// for reading documents and requests, and for writing them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "lakeport/partners/partner.h"

namespace lakeport::partners {

template <class Enum, std::size_t size>
using Words = std::array<std::pair<std::string_view, Enum>, size>;

inline constexpr Words<Category, 9> kCategories{{
    {"INGEST", Category::kIngest},
    {"DATA_PREP_AND_TRANSFORM", Category::kDataPrepAndTransform},
    {"SECURITY_AND_GOVERNANCE", Category::kSecurityAndGovernance},
    {"BI_AND_VIZ", Category::kBiAndViz},
    {"ML", Category::kMl},
    {"DATA_QUALITY", Category::kDataQuality},
    {"REVERSE_ETL", Category::kReverseEtl},
    {"SEMANTIC_LAYER", Category::kSemanticLayer},
    {"DATA_GOVERNANCE", Category::kDataGovernance},
}};

inline constexpr Words<IntegrationType, 7> kIntegrationTypes{{
    {"WAREHOUSE_READ", IntegrationType::kRead},
    {"WAREHOUSE_WRITE", IntegrationType::kWrite},
    {"WAREHOUSE_READ_WRITE", IntegrationType::kReadWrite},
    {"CLUSTER_COMPUTE", IntegrationType::kNotebook},
    {"DESKTOP", IntegrationType::kDesktop},
    {"WORKSPACE_MANAGEMENT", IntegrationType::kWorkspaceManagement},
    {"NO_INTEGRATION", IntegrationType::kNone},
}};

inline constexpr Words<AuthOption, 3> kAuthOptions{{
    {"AUTH_PAT", AuthOption::kPat},
    {"AUTH_OAUTH_M2M", AuthOption::kOAuthM2m},
    {"AUTH_OAUTH_U2M", AuthOption::kOAuthU2m},
}};

inline constexpr Words<NewUserAction, 4> kNewUserActions{{
    {"auto_add", NewUserAction::kAutoAdd},
    {"invite", NewUserAction::kInvite},
    {"not_found", NewUserAction::kNotFound},
    {"error", NewUserAction::kError},
}};

inline constexpr Words<TrialType, 2> kTrialTypes{{
    {"user", TrialType::kUser},
    {"account", TrialType::kAccount},
}};

inline constexpr Words<ProvisionedResource, 4> kProvisionedResources{{
    {"PAT", ProvisionedResource::kPat},
    {"SqlEndpoint", ProvisionedResource::kSqlWarehouse},
    {"DestLocation", ProvisionedResource::kDestinationLocation},
    {"InteractiveCluster", ProvisionedResource::kInteractiveCluster},
}};

inline constexpr Words<WarehouseType, 3> kWarehouseTypes{{
    {"CLASSIC", WarehouseType::kClassic},
    {"PRO", WarehouseType::kPro},
    {"SERVERLESS", WarehouseType::kServerless},
}};

inline constexpr Words<Origin, 3> kOrigins{{
    {"built_in", Origin::kBuiltIn},
    {"registered", Origin::kRegistered},
    {"self_test", Origin::kSelfTest},
}};

inline constexpr Words<ConnectionFile, 5> kConnectionFiles{{
    {"power_bi", ConnectionFile::kPowerBi},
    {"tableau", ConnectionFile::kTableau},
    {"dbeaver", ConnectionFile::kDbeaver},
    {"jdbc", ConnectionFile::kJdbc},
    {"odbc", ConnectionFile::kOdbc},
}};

inline constexpr std::array<std::string_view, 3> kClouds{"aws", "azure", "gcp"};

template <class Enum, std::size_t size>
constexpr std::string_view word_of(const Words<Enum, size>& words, Enum value) {
  for (const auto& [word, known] : words)
    if (known == value) return word;
  return {};
}

template <class Enum, std::size_t size>
constexpr std::optional<Enum> value_of(const Words<Enum, size>& words, std::string_view text) {
  for (const auto& [word, known] : words)
    if (word == text) return known;
  return std::nullopt;
}

}  // namespace lakeport::partners
