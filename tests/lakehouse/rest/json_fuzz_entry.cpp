#include "json_fuzz_entry.h"

#include <array>
#include <cstdlib>

#include "lakeport/lakehouse/fields.h"
#include "lakeport/lakehouse/paging.h"

#include "scim_filter.h"
#include "scim_profile.h"

namespace lakeport::lakehouse::testing {
namespace {

// Whatever is refused says why; anything else is a defect, and the fuzzer stops there.
template <class T>
void expect_reason(const Result<T>& result) {
  if (!result && result.error().to_string().empty()) std::abort();
}

void read_every_way(const Fields& fields) {
  constexpr std::array<std::pair<std::string_view, int>, 1> kWords = {{{"READ", 1}}};
  for (const auto& [name, value] : fields.json().items()) {
    expect_reason(fields.text(name));
    expect_reason(fields.integer(name));
    expect_reason(fields.boolean(name));
    expect_reason(fields.integer_or_digits(name));
    expect_reason(fields.object(name));
    expect_reason(fields.objects(name));
    expect_reason(fields.texts(name));
    expect_reason(fields.text_map(name));
    expect_reason(fields.one_of(name, kWords));
  }
}

void run_body(std::string_view text) {
  const auto body = parse_body(text);
  expect_reason(body);
  if (!body) return;
  read_every_way(*body);
  for (const PrincipalKind kind :
       {PrincipalKind::kUser, PrincipalKind::kGroup, PrincipalKind::kServicePrincipal}) {
    expect_reason(read_new_profile(kind, *body));
    expect_reason(read_replacement(kind, *body));
    Profile profile;
    profile.principal.kind = kind;
    expect_reason(read_patch(profile, *body));
  }
}

void run_filter(std::string_view text) {
  for (const PrincipalKind kind :
       {PrincipalKind::kUser, PrincipalKind::kGroup, PrincipalKind::kServicePrincipal})
    expect_reason(parse_scim_filter(text, kind));
}

}  // namespace

void run_json_entry(std::string_view input) {
  if (input.empty()) return;
  const std::string_view text = input.substr(1);
  switch (input.front()) {
    case 'f':
      return run_filter(text);
    case 'p':
      return expect_reason(parse_scim_path(text));
    case 't':
      if (const auto key = last_key_of(text); key && page_token(*key) != text) std::abort();
      return;
    default:
      return run_body(text);
  }
}

}  // namespace lakeport::lakehouse::testing
