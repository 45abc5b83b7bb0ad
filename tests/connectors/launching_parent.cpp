// Launches the source connector that its argument names, says so, and waits to be killed.
#include <cstdio>
#include <memory>

#include <unistd.h>

#include "lakeport/connectors/connector.h"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto connector =
      lakeport::connectors::Connector::open(argv[1], lakeport::connectors::Role::kSource, {});
  if (!connector) {
    std::fprintf(stderr, "%s\n", connector.error().to_string().c_str());
    return 1;
  }
  std::printf("ready\n");
  std::fflush(stdout);
  for (;;) ::pause();
}
