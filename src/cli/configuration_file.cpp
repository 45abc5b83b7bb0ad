#include "configuration_file.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "lakeport/sync/configuration_form.h"

#include "common.pb.h"

namespace lakeport::cli {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kUploadMark = "@file:";

std::string base64(const std::string& bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

// nlohmann's message quotes the input, which may be a secret: only its place is kept.
Error json_error(const Json::parse_error& error, const std::string& text, const std::string& file) {
  const auto end = std::min(error.byte, text.size());
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
  return Error(ErrorKind::kInvalidInput, "this is not valid JSON", file + ":" + std::to_string(line),
               "A configuration is a JSON object like {\"host\": \"db.example.org\"}.");
}

}  // namespace

Result<std::string> read_text(const std::string& file) {
  if (file == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream stream(file, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)), {});
  if (!stream.is_open() || stream.bad() || std::filesystem::is_directory(file)) {
    return fail(ErrorKind::kInvalidInput, "the file cannot be read", file, "Check its name and permissions.");
  }
  return text;
}

Result<connectors::Configuration> read_configuration(const std::string& file) {
  connectors::Configuration configuration;
  if (file.empty()) return configuration;
  const bool inlined = file.starts_with('{');
  const std::string shown = inlined ? "the configuration given" : file == "-" ? "standard input" : file;
  std::string text = file;
  if (!inlined) {
    LAKEPORT_ASSIGN_OR_RETURN(text, read_text(file));
  }
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    return fail(json_error(error, text, shown));
  }
  if (!json.is_object()) {
    return fail(ErrorKind::kInvalidInput, "a configuration must be a JSON object of fields", shown,
                "Write it like {\"host\": \"db.example.org\"}.");
  }
  for (const auto& [name, value] : json.items()) {
    if (value.is_null()) continue;
    if (value.is_string()) {
      configuration[name] = value.get<std::string>();
    } else if (value.is_primitive()) {
      configuration[name] = value.dump();
    } else {
      return fail(ErrorKind::kInvalidInput, "the value must be a string, a number or a boolean",
                  std::string(shown).append(": field ").append(name), "Put lists and objects into a string.");
    }
  }
  return configuration;
}

Status load_uploads(const fivetran_sdk::v2::ConfigurationFormResponse& form,
                    const std::string& configuration_file, connectors::Configuration& configuration) {
  for (const auto& upload : sync::upload_fields(form)) {
    const auto found = configuration.find(upload.field);
    if (found == configuration.end() || !found->second.starts_with(kUploadMark)) continue;
    std::filesystem::path path = found->second.substr(kUploadMark.size());
    if (path.is_relative() && configuration_file != "-" && !configuration_file.starts_with('{')) {
      path = std::filesystem::path(configuration_file).parent_path() / path;
    }
    auto bytes = read_text(path.string());
    if (!bytes) return fail(std::move(bytes).error().at("field " + upload.field));
    if (upload.max_bytes > 0 && static_cast<std::int64_t>(bytes->size()) > upload.max_bytes) {
      return fail(ErrorKind::kInvalidInput,
                  "the file has " + std::to_string(bytes->size()) + " bytes, the connector takes at most " +
                      std::to_string(upload.max_bytes),
                  "field " + upload.field);
    }
    found->second = base64(*bytes);
  }
  return {};
}

}  // namespace lakeport::cli
