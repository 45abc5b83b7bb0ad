// The folder of `lakeport serve --data`: where everything is, and whose it is.
#pragma once

#include <filesystem>
#include <string>

#include "lakeport/base/result.h"

namespace lakeport::cli {

// What is where under the folder. Making one touches no file.
class DataLayout {
 public:
  explicit DataLayout(std::filesystem::path root) : root_(std::move(root)) {}
  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path certificates() const { return root_ / "certificates"; }
  std::filesystem::path authority() const { return certificates() / "ca.pem"; }
  std::filesystem::path metadata() const { return root_ / "metadata.db"; }
  std::filesystem::path tables() const { return root_ / "metastore.duckdb"; }
  std::filesystem::path temporary() const { return root_ / "temporary"; }
  std::filesystem::path results() const { return root_ / "results"; }
  std::filesystem::path received_files() const { return root_ / "received_files"; }
  std::filesystem::path key_check() const { return root_ / "key.check"; }
  std::filesystem::path id() const { return root_ / "id"; }
  std::filesystem::path lock() const { return root_ / "lock"; }

 private:
  std::filesystem::path root_;
};

// A data folder in use by this process and no other, until it is destroyed or the process ends.
class DataFolder {
 public:
  // Makes the folder (0700) when it is missing. kUnavailable when another process has it (its id is named),
  // kInvalidInput when the folder holds other things and nothing of ours, kIo.
  static Result<DataFolder> open(const std::filesystem::path& root);
  ~DataFolder();
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;

  const DataLayout& layout() const { return layout_; }
  // 16 hexadecimal digits, made with the folder; it stays when the folder is moved or renamed.
  const std::string& id() const { return id_; }

 private:
  DataFolder(DataLayout layout, int lock, std::string id)
      : layout_(std::move(layout)), lock_(lock), id_(std::move(id)) {}
  DataLayout layout_;
  int lock_;
  std::string id_;
};

}  // namespace lakeport::cli
