#include "sign_in_page.h"

#include "lakeport/base/base64.h"
#include "lakeport/base/seal.h"

namespace lakeport::lakehouse {

namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; }
main { width: min(22rem, 90vw); }
h1 { font-size: 1.4rem; margin-bottom: .25rem; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input { box-sizing: border-box; width: 100%; padding: .6rem; margin-top: .25rem; font: inherit; }
button { width: 100%; padding: .7rem; margin-top: 1rem; font: inherit; cursor: pointer; }
.problem { border-left: .3rem solid #b00020; padding: .5rem .75rem; }
)";

net::Response page(int status, std::string_view title, std::string_view main,
                   const std::string& form_targets) {
  net::Response response;
  response.status = status;
  response.body =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<title>" +
      std::string(title) + "</title><style>" + std::string(kStyle) + "</style></head>\n<body><main>" +
      std::string(main) + "</main></body></html>\n";
  const std::string style_hash = base64_encode(sha256(kStyle));
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.headers.set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-" + style_hash +
                                                      "'; form-action " + form_targets +
                                                      "; frame-ancestors 'none'; base-uri 'none'");
  response.headers.set("X-Frame-Options", "DENY");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Referrer-Policy", "no-referrer");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char letter : text) {
    switch (letter) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += letter;
    }
  }
  return out;
}

net::Response sign_in_page(int status, const SignInPage& content) {
  std::string main = "<h1>Sign in to Lakeport</h1><p><strong>" + escape_html(content.app_name) +
                     "</strong> asks to use this workspace in your name.</p>";
  if (!content.message.empty())
    main += "<p class=\"problem\" role=\"alert\" id=\"problem\">" + escape_html(content.message) + "</p>";
  // What went wrong is read out with the field to correct.
  const std::string described = content.message.empty() ? "" : " aria-describedby=\"problem\"";
  main += "<form method=\"post\" action=\"/oidc/v1/authorize\">";
  for (const auto& [name, value] : content.hidden)
    main += "<input type=\"hidden\" name=\"" + escape_html(name) + "\" value=\"" + escape_html(value) + "\">";
  main +=
      "<label for=\"email\">E-mail</label>"
      "<input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"username\" required autofocus "
      "value=\"" +
      escape_html(content.email) + "\"" + described +
      ">"
      "<label for=\"password\">Password</label>"
      "<input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" "
      "required" +
      described +
      ">"
      "<button type=\"submit\" name=\"decision\" value=\"allow\">Sign in and allow</button>"
      "<button type=\"submit\" name=\"decision\" value=\"deny\" formnovalidate>Cancel</button></form>";
  // Browsers check form-action against the redirect that answers the form, too.
  const std::string targets =
      content.redirect_origin.empty() ? "'self'" : "'self' " + content.redirect_origin;
  return page(status, "Sign in – Lakeport", main, targets);
}

net::Response sign_in_error_page(int status, std::string_view message) {
  return page(status, "Cannot sign in – Lakeport",
              "<h1>Cannot sign in</h1><p class=\"problem\" role=\"alert\">" + escape_html(message) +
                  "</p><p>Start again from the program that sent you here.</p>",
              "'none'");
}

}  // namespace lakeport::lakehouse
