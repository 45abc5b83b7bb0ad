#include "loading_place.h"

#include <gtest/gtest.h>

#include "lakeport/destinations/duckdb.h"
#include "lakeport/destinations/lakehouse.h"

#include "engine_fixture.h"
#include "lakehouse_rows.h"
#include "table_model.h"
#include "temporary_folder.h"

namespace lakeport::destinations {

namespace {

class FilePlace final : public LoadingPlace {
 public:
  Result<std::unique_ptr<sync::Destination>> open() override {
    return open_duckdb_loader({.database = file_});
  }
  std::shared_ptr<arrow::Table> read(const wire::TableId& table) override { return read_table(file_, table); }
  wire::TableId odd_name() const override { return {"shop \"1\"", "every.type"}; }
  std::string blank_column() const override { return " "; }
  wire::DataType described(wire::DataType type) const override { return type; }
  bool has_nanoseconds() const override { return true; }

 private:
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "w.duckdb";
};

class LakehousePlace final : public LoadingPlace {
 public:
  LakehousePlace() {
    using lakehouse::SecurableKind;
    lakehouse_.grant("USE CATALOG", SecurableKind::kCatalog, "main", "loader");
    lakehouse_.grant("CREATE SCHEMA", SecurableKind::kCatalog, "main", "loader");
  }
  Result<std::unique_ptr<sync::Destination>> open() override {
    return open_lakehouse_destination(lakehouse_.engine(), lakehouse_.catalog(),
                                      {.catalog = "main", .caller = [this]() -> Result<lakehouse::Caller> {
                                         return lakehouse_.session("loader").caller;
                                       }});
  }
  void make_room() override {
    lakehouse_.close();
    lakehouse_.open(2LL << 30);
  }
  std::shared_ptr<arrow::Table> read(const wire::TableId& table) override {
    return rows_of(lakehouse_, "loader", {"main", table.schema, table.table});
  }
  wire::TableId odd_name() const override { return {"shop \"1\" 'ü'", "every `type` 表"}; }
  std::string blank_column() const override { return " ."; }
  wire::DataType described(wire::DataType type) const override {
    using wire::DataType;
    const bool lacks = type == DataType::kJson || type == DataType::kXml || type == DataType::kNaiveTime ||
                       type == DataType::kUnspecified;
    return lacks ? DataType::kString : type;
  }
  bool has_nanoseconds() const override { return false; }

 private:
  lakehouse::Lakehouse lakehouse_;
};

}  // namespace

PlaceKind file_place() {
  return {"File", [] { return std::make_unique<FilePlace>(); }};
}

PlaceKind lakehouse_place() {
  return {"Lakehouse", [] { return std::make_unique<LakehousePlace>(); }};
}

}  // namespace lakeport::destinations
