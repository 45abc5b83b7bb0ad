#include "test_outcome.h"

#include "common.pb.h"

namespace lakeport::connectors {

Status test_outcome(const CallErrors& errors, const std::string& name,
                    const fivetran_sdk::v2::TestResponse& response) {
  using fivetran_sdk::v2::TestResponse;
  const std::string call = "Test " + name;
  switch (response.response_case()) {
    case TestResponse::kSuccess:
      if (response.success()) return {};
      return fail(
          errors.make(ErrorKind::kTestFailed, call, "the test failed; the connector gives no reason"));
    case TestResponse::kFailure:
      return fail(errors.make(ErrorKind::kTestFailed, call, response.failure()));
    case TestResponse::RESPONSE_NOT_SET:
      break;
  }
  return fail(errors.empty_answer(call));
}

}  // namespace lakeport::connectors
