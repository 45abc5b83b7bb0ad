// The words of a partner's answers (contract, Connection and failures).
#pragma once

#include "lakeport/partners/partner_client.h"
#include "lakeport/partners/words.h"

namespace lakeport::partners {

inline constexpr Words<RedirectValue, 5> kRedirectValues{{
    {"create_trial", RedirectValue::kCreateTrial},
    {"purchase_product", RedirectValue::kPurchaseProduct},
    {"sign_in", RedirectValue::kSignIn},
    {"contact_admin", RedirectValue::kContactAdmin},
    {"not_applicable", RedirectValue::kNotApplicable},
}};

inline constexpr Words<UserStatus, 3> kUserStatuses{{
    {"new", UserStatus::kNew},
    {"existing", UserStatus::kExisting},
    {"not_applicable", UserStatus::kNotApplicable},
}};

inline constexpr Words<AccountStatus, 4> kAccountStatuses{{
    {"new", AccountStatus::kNew},
    {"active", AccountStatus::kActive},
    {"expired", AccountStatus::kExpired},
    {"not_applicable", AccountStatus::kNotApplicable},
}};

inline constexpr Words<ResourceStatus, 3> kResourceStatuses{{
    {"resources_deleted", ResourceStatus::kDeleted},
    {"resources_pending_deletion", ResourceStatus::kPendingDeletion},
    {"deletion_acknowledged", ResourceStatus::kDeletionAcknowledged},
}};

// The prose of the contract says SUCCESS and FAILED where the schema says PASS and FAIL.
inline constexpr Words<TestResult::Verdict, 5> kVerdicts{{
    {"PASS", TestResult::Verdict::kPass},
    {"FAIL", TestResult::Verdict::kFail},
    {"UNKNOWN", TestResult::Verdict::kUnknown},
    {"SUCCESS", TestResult::Verdict::kPass},
    {"FAILED", TestResult::Verdict::kFail},
}};

inline constexpr Words<FailureReason, 10> kFailureReasons{{
    {"bad_request", FailureReason::kBadRequest},
    {"unauthorized", FailureReason::kUnauthorized},
    {"connection_not_found", FailureReason::kConnectionNotFound},
    {"account_not_found", FailureReason::kAccountNotFound},
    {"general_error", FailureReason::kGeneralError},
    {"unreachable", FailureReason::kUnreachable},
    {"timeout", FailureReason::kTimeout},
    {"refused_redirect", FailureReason::kRefusedRedirect},
    {"broken_answer", FailureReason::kBrokenAnswer},
    {"refused_address", FailureReason::kRefusedAddress},
}};

}  // namespace lakeport::partners
