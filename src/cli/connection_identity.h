// What a sync's two ends are called: in the state file, and in the destination's schema.
#pragma once

#include <filesystem>
#include <string>

namespace lakeport::cli {

// A connector as the state file names it, so that another one is not taken for it: "built-in:postgres",
// "launched:PATH" (from the state file's folder, so that both may move together), "address:HOST" (ports come
// and go).
std::string connector_identity(const std::string& where, const std::filesystem::path& state_file);
// A file of our own engines, the same way: "duckdb:PATH".
std::string engine_identity(const std::string& engine, const std::filesystem::path& file,
                            const std::filesystem::path& state_file);

// What to call a source without schemas: the built-in's name, the host, the file's name without its ending;
// the folder's name for main.py and connector.py.
std::string connector_name(const std::string& where);

}  // namespace lakeport::cli
