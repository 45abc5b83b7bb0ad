// The files source as a process of its own, as `lakeport source files` runs it.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "lakeport/sources/source.h"

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::strcmp(argv[i], "--port") == 0) port = static_cast<std::uint16_t>(std::atoi(argv[i + 1]));
  }
  const auto served = lakeport::sources::serve(*lakeport::sources::make_files_source(), "files", port);
  if (!served) std::fprintf(stderr, "%s\n", served.error().to_string().c_str());
  return served ? 0 : 1;
}
