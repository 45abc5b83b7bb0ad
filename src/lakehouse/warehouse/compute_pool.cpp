#include "compute_pool.h"

#include <utility>
#include <vector>

#include "lakeport/base/seal.h"

#include "session_configuration.h"

namespace lakeport::lakehouse {
namespace {

std::string in_quotes(std::string_view name, char quote) {
  std::string text(1, quote);
  for (const char letter : name) {
    if (letter == quote) text += quote;
    text += letter;
  }
  return text + quote;
}

// Runs what a session begins with; nobody has its handle yet.
Status prepare(Engine& engine, StatementContext& context, const std::string& sql) {
  LAKEPORT_RETURN_IF_ERROR(engine.execute(sql, context, [](const std::function<void()>&) {}));
  return {};
}

}  // namespace

ComputePool::ComputePool(Engine& engine, const Warehouses::Options& options)
    : engine_(engine),
      options_(options),
      timer_(std::make_shared<Timer>()),
      history_(std::make_shared<QueryHistory>(options.history_entries)),
      registry_(std::make_shared<SessionRegistry>(
          SessionRegistry::Limits{.session_idle = options.session_idle,
                                  .operation_idle = options.operation_idle,
                                  .sessions_per_principal = options.sessions_per_principal,
                                  .sessions = options.sessions,
                                  .operations_per_session = options.operations_per_session},
          timer_)) {}

void ComputePool::shut_down() {
  registry_->close_all();
  std::unordered_map<std::string, std::shared_ptr<Compute>> computes;
  {
    const std::scoped_lock lock(mutex_);
    computes = computes_;
  }
  for (const auto& [id, compute] : computes) compute->retire();
  timer_->stop();
  for (const auto& [id, compute] : computes) stop(id);
}

std::shared_ptr<Compute> ComputePool::compute(std::string_view id, ComputeKind kind,
                                              std::int64_t workspace_id, const ComputeSettings& settings) {
  std::shared_ptr<Compute> compute;
  {
    const std::scoped_lock lock(mutex_);
    auto& place = computes_[std::string(id)];
    if (place) return place;
    place = std::make_shared<Compute>(std::string(id), kind, workspace_id, options_.queued_per_warehouse,
                                      timer_, [this](const std::string& idle_id) { idle(idle_id); });
    compute = place;
  }
  compute->configure(settings);
  return compute;
}

std::shared_ptr<Compute> ComputePool::find(std::string_view id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = computes_.find(std::string(id));
  return found == computes_.end() ? nullptr : found->second;
}

void ComputePool::stop(std::string_view id) {
  const auto compute = find(id);
  const auto queue = compute ? compute->begin_stop() : nullptr;
  if (!queue) return;
  for (const auto& operation : registry_->operations_of(id))
    operation->end(
        OperationState::kCancelled,
        Error(ErrorKind::kCancelled, "the statement was cancelled because its warehouse was stopped"));
  queue->close();
  compute->stopped();
}

void ComputePool::close(std::string_view id) {
  if (const auto compute = find(id)) compute->retire();
  registry_->close_sessions_of(id);
  stop(id);
  const std::scoped_lock lock(mutex_);
  computes_.erase(std::string(id));
}

void ComputePool::on_cluster_idle(ClusterIdle action) {
  const std::scoped_lock lock(mutex_);
  on_cluster_idle_ = std::move(action);
}

void ComputePool::idle(const std::string& id) {
  const auto compute = find(id);
  if (!compute) return;
  ClusterIdle action;
  if (compute->kind() == ComputeKind::kCluster) {
    const std::scoped_lock lock(mutex_);
    action = on_cluster_idle_;
  }
  if (action)
    action(compute->workspace_id(), id);
  else
    stop(id);
}

Result<std::shared_ptr<WarehouseSession>> ComputePool::open_session(const Caller& caller,
                                                                    const std::shared_ptr<Compute>& compute,
                                                                    const SessionOptions& options) {
  StatementContext context;
  context.caller = caller;
  context.current_catalog = options_.default_catalog;
  context.current_schema = "default";
  for (const auto& [name, value] : options.configuration)
    LAKEPORT_RETURN_IF_ERROR(check_configuration(name, value));
  if (!options.catalog.empty())
    LAKEPORT_RETURN_IF_ERROR(prepare(engine_, context, "USE CATALOG " + in_quotes(options.catalog, '`')));
  if (!options.schema.empty()) {
    const Status used = prepare(engine_, context, "USE SCHEMA " + in_quotes(options.schema, '`'));
    if (!used && used.error().kind() != ErrorKind::kNotFound) return fail(used.error());
    // Clients connect with the schema that they are about to make; until then its names are not found.
    if (!used) context.current_schema = options.schema;
  }
  if (const auto zone = find_configuration(options.configuration, "TIMEZONE"))
    LAKEPORT_RETURN_IF_ERROR(prepare(engine_, context, "SET TIME ZONE " + in_quotes(*zone, '\'')));
  context.configuration.insert(context.configuration.end(), options.configuration.begin(),
                               options.configuration.end());

  auto session = std::make_shared<WarehouseSession>(
      random_uuid(), compute, std::move(context), options,
      SessionServices{.engine = engine_,
                      .timer = timer_,
                      .history = history_,
                      .registry = registry_,
                      .bytes_ahead = options_.bytes_ahead,
                      .patience_with_reader = options_.patience_with_reader});
  if (!compute->start())
    return fail(ErrorKind::kUnavailable, "the warehouse is being deleted or the server stops");
  LAKEPORT_RETURN_IF_ERROR(registry_->add(session));
  return session;
}

}  // namespace lakeport::lakehouse
