#include "problem_lines.h"

#include <string>

namespace lakeport::partners {

Status fail_if_any(const std::vector<ConfigProblem>& problems) {
  if (problems.empty()) return {};
  std::string lines;
  for (const ConfigProblem& problem : problems) {
    if (!lines.empty()) lines += '\n';
    lines += problem.path.empty() ? problem.what : problem.path + ": " + problem.what;
  }
  return fail(ErrorKind::kInvalidInput, std::move(lines));
}

}  // namespace lakeport::partners
