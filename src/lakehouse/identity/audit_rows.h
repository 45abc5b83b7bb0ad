// The audit log as rows of the metadata store.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "lakeport/lakehouse/identity.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

// AuditEvent::detail; what is no UTF-8 is replaced.
std::string audit_detail(const nlohmann::json& detail);

// With this moment.
AuditRecord audit_record(const Caller& who, const AuditEvent& event);
Status insert_audit_row(store::Session& session, const AuditRecord& record);
// kInvalidInput for a limit that is none.
Result<std::vector<AuditRecord>> find_audit_rows(store::Metadata& metadata, std::int64_t workspace_id,
                                                 const AuditQuery& query);

}  // namespace lakeport::lakehouse
