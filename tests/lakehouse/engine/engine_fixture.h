// A whole lakehouse without a server, for tests of the engine: real store, identities, catalog, DuckDB. SQL
// reaches DuckDB's parser as it is written unless told otherwise, which gives an attacker the most.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "lakeport/lakehouse/catalog.h"
#include "lakeport/lakehouse/engine.h"
#include "lakeport/lakehouse/identity.h"
#include "lakeport/store/metadata.h"

namespace lakeport::lakehouse {

// What a statement answered: "a int | b string" and its rows, or its error.
struct Answer {
  bool ok = false;
  std::string error;
  ErrorKind kind = ErrorKind::kInternal;
  std::string header;
  std::vector<std::string> rows;
  std::optional<std::int64_t> modified_rows;
};

// A value as tests write it: NULL, true, 1, 1.50, text, 2024-01-02 03:04:05.000006Z…
std::string to_text(const arrow::RecordBatch& batch, int column, std::int64_t row);

class Lakehouse {
 public:
  // `translated`: Databricks SQL as users write it, by the real translator.
  explicit Lakehouse(bool translated = false);
  // In a folder that is there and stays: what a process that was killed has left, perhaps.
  explicit Lakehouse(std::filesystem::path folder);
  ~Lakehouse();

  void open(std::int64_t memory_limit_bytes = 512LL << 20);
  void close();

  Engine& engine() { return *engine_; }
  Catalog& catalog() { return *catalog_; }
  Identity& identity() { return *identity_; }
  const std::filesystem::path& folder() const { return folder_; }

  // The session of a user, who is made when he is new; "admin" is the workspace's.
  StatementContext& session(const std::string& user);
  // As of now: after groups have changed.
  void refresh(const std::string& user);
  void join(const std::string& user, const std::string& group);
  Answer run(const std::string& user, const std::string& sql);
  // Fails the test unless it succeeds.
  Answer must(const std::string& user, const std::string& sql);
  void grant(const std::string& privilege, SecurableKind kind, const std::string& full_name,
             const std::string& principal, bool add = true);

 private:
  std::int64_t principal(const std::string& name, PrincipalKind kind);
  Caller caller(const std::string& user);

  bool translated_ = false;
  bool keeps_folder_ = false;
  std::filesystem::path folder_;
  std::unique_ptr<store::Metadata> metadata_;
  std::unique_ptr<Identity> identity_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<Translator> translator_;
  std::unique_ptr<Engine> engine_;
  std::map<std::string, StatementContext> sessions_;
};

}  // namespace lakeport::lakehouse
