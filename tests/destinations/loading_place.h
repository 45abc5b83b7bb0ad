// Where the tests of loading load to: a database file of the loader's own, or a lakehouse beside its queries.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include <arrow/api.h>

#include "lakeport/sync/destination.h"

namespace lakeport::destinations {

class LoadingPlace {
 public:
  virtual ~LoadingPlace() = default;
  virtual Result<std::unique_ptr<sync::Destination>> open() = 0;
  // More memory for very wide tables; before open().
  virtual void make_room() {}
  // Every row that is committed, in one chunk; the loader is closed. Null, and a failed test, without a
  // table.
  virtual std::shared_ptr<arrow::Table> read(const wire::TableId& table) = 0;
  // A name with whatever this place allows.
  virtual wire::TableId odd_name() const = 0;
  virtual std::string blank_column() const = 0;  // the emptiest name that it takes
  // How a column made with `type` is described afterwards.
  virtual wire::DataType described(wire::DataType type) const = 0;
  virtual bool has_nanoseconds() const = 0;
};

struct PlaceKind {
  std::string name;
  std::function<std::unique_ptr<LoadingPlace>()> make;
};
inline void PrintTo(const PlaceKind& kind, std::ostream* out) { *out << kind.name; }

PlaceKind file_place();
PlaceKind lakehouse_place();

}  // namespace lakeport::destinations
