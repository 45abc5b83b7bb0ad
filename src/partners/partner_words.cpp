// The words of a partner's answers.
#include "partner_words.h"

namespace lakeport::partners {

std::string_view to_string(RedirectValue value) { return word_of(kRedirectValues, value); }

std::string_view to_string(UserStatus status) { return word_of(kUserStatuses, status); }

std::string_view to_string(AccountStatus status) { return word_of(kAccountStatuses, status); }

std::string_view to_string(FailureReason reason) { return word_of(kFailureReasons, reason); }

}  // namespace lakeport::partners
