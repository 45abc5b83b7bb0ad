// One client's session: its current catalog and schema, time zone and configuration, apart from all others.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lakeport/lakehouse/warehouse.h"

#include "compute.h"
#include "query_history.h"
#include "session_registry.h"
#include "timer.h"

namespace lakeport::lakehouse {

// What all sessions share.
struct SessionServices {
  Engine& engine;
  std::shared_ptr<Timer> timer;
  std::shared_ptr<QueryHistory> history;
  std::weak_ptr<SessionRegistry> registry;
  std::int64_t bytes_ahead = 0;
  std::chrono::milliseconds patience_with_reader{};
};

class WarehouseSession final : public Session, public std::enable_shared_from_this<WarehouseSession> {
 public:
  WarehouseSession(std::string id, std::shared_ptr<Compute> compute, StatementContext context,
                   const SessionOptions& options, const SessionServices& services);

  const std::string& id() const override { return id_; }
  const std::string& warehouse_id() const override { return compute_->id(); }
  bool disposable() const override { return disposable_; }
  Caller caller() const override;
  std::string current_catalog() const override;
  std::string current_schema() const override;
  std::optional<std::string> configuration(std::string_view name) const override;
  Result<std::shared_ptr<Operation>> start(std::string_view sql, std::vector<Parameter> parameters,
                                           std::optional<std::chrono::seconds> timeout) override {
    return start_into(nullptr, sql, std::move(parameters), timeout);
  }
  Result<std::shared_ptr<Operation>> start_into(std::shared_ptr<RowSink> sink, std::string_view sql,
                                                std::vector<Parameter> parameters,
                                                std::optional<std::chrono::seconds> timeout) override;

  // Whose it is never changes; the rights of each request count.
  std::int64_t principal_id() const { return principal_id_; }
  std::int64_t workspace_id() const { return workspace_id_; }
  void refresh(const Caller& caller);
  void opened() { compute_->session_opened(); }
  void closed() { compute_->session_closed(); }

 private:
  Status enter_line(StatementOperation& operation);
  void absorb(const StatementContext& before, const StatementContext& after);

  const std::string id_;
  const std::shared_ptr<Compute> compute_;
  const std::string client_;
  const bool disposable_;
  const SessionServices services_;
  const std::int64_t principal_id_, workspace_id_;
  mutable std::mutex mutex_;
  StatementContext context_;
};

}  // namespace lakeport::lakehouse
