// The pages of the authorization endpoint, as HTML without scripts.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeport/net/http.h"

namespace lakeport::lakehouse {

struct SignInPage {
  std::string app_name;
  std::string message;                                      // what went wrong; empty at first
  std::string email;                                        // typed before
  std::vector<std::pair<std::string, std::string>> hidden;  // the authorization request and the form's proof
  std::string redirect_origin;  // "http://localhost:8020": where the form may lead
};

// With headers that let the browser run nothing, frame nothing and keep nothing.
net::Response sign_in_page(int status, const SignInPage& page);
net::Response sign_in_error_page(int status, std::string_view message);

std::string escape_html(std::string_view text);

}  // namespace lakeport::lakehouse
