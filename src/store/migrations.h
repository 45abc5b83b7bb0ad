// The numbered .sql files of src/store/migrations, put into the program by CMake.
#pragma once

#include <span>
#include <string_view>

namespace lakeport::store {

struct Migration {
  int number = 0;  // 1, 2, 3… without gaps
  std::string_view name;
  std::string_view sql;
};

std::span<const Migration> migrations();

}  // namespace lakeport::store
