// The numbered .sql files of src/store/migrations and src/store/metadata_migrations, put into the program by
// CMake.
#pragma once

#include <span>
#include <string_view>

namespace lakeport::store {

struct Migration {
  int number = 0;
  std::string_view name;
  std::string_view sql;
};

// Of the state of a sync: 1, 2, 3… without gaps.
std::span<const Migration> migrations();

// Of the metadata store: in order, with gaps. Applied is what is missing, so that a number may be filled in
// later.
std::span<const Migration> metadata_migrations();

}  // namespace lakeport::store
