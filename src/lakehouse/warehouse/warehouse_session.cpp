#include "warehouse_session.h"

#include <algorithm>
#include <utility>

#include "lakeport/base/seal.h"

#include "session_configuration.h"

namespace lakeport::lakehouse {
namespace {

Error closed_error() { return {ErrorKind::kNotFound, "the session is closed", "", "Open a new session"}; }

std::optional<std::chrono::milliseconds> shorter(std::optional<std::chrono::milliseconds> one,
                                                 std::optional<std::chrono::milliseconds> other) {
  if (one && other) return std::min(*one, *other);
  return one ? one : other;
}

bool same_views(const std::vector<TemporaryView>& one, const std::vector<TemporaryView>& other) {
  return std::ranges::equal(one, other, [](const TemporaryView& left, const TemporaryView& right) {
    return left.name == right.name && left.query == right.query && left.catalog == right.catalog &&
           left.schema == right.schema && left.columns == right.columns;
  });
}

}  // namespace

WarehouseSession::WarehouseSession(std::string id, std::shared_ptr<Compute> compute, StatementContext context,
                                   const SessionOptions& options, const SessionServices& services)
    : id_(std::move(id)),
      compute_(std::move(compute)),
      client_(options.client),
      disposable_(options.disposable),
      services_(services),
      principal_id_(context.caller.principal.id),
      workspace_id_(context.caller.workspace_id),
      context_(std::move(context)) {}

Caller WarehouseSession::caller() const {
  const std::scoped_lock lock(mutex_);
  return context_.caller;
}

std::string WarehouseSession::current_catalog() const {
  const std::scoped_lock lock(mutex_);
  return context_.current_catalog;
}

std::string WarehouseSession::current_schema() const {
  const std::scoped_lock lock(mutex_);
  return context_.current_schema;
}

std::optional<std::string> WarehouseSession::configuration(std::string_view name) const {
  const std::scoped_lock lock(mutex_);
  if (auto found = find_configuration(context_.configuration, name)) return found;
  if (find_configuration({{"TIMEZONE", context_.time_zone}}, name)) return context_.time_zone;
  return std::nullopt;
}

void WarehouseSession::refresh(const Caller& caller) {
  const std::scoped_lock lock(mutex_);
  if (context_.caller != caller) context_.caller = caller;
}

Result<std::shared_ptr<Operation>> WarehouseSession::start_into(std::shared_ptr<RowSink> sink,
                                                                std::string_view sql,
                                                                std::vector<Parameter> parameters,
                                                                std::optional<std::chrono::seconds> timeout) {
  const auto registry = services_.registry.lock();
  if (!registry) return fail(closed_error());
  LAKEPORT_RETURN_IF_ERROR(check_set_statement(sql));

  StatementPlan plan;
  plan.id = random_uuid();
  plan.session_id = id_;
  plan.compute_id = compute_->id();
  plan.sql = std::string(sql);
  {
    const std::scoped_lock lock(mutex_);
    plan.context = context_;
  }
  plan.context.parameters = std::move(parameters);
  const std::optional<std::chrono::milliseconds> own =
      timeout && timeout->count() > 0 ? std::optional<std::chrono::milliseconds>(*timeout) : std::nullopt;
  plan.timeout = shorter(own, statement_timeout(plan.context.configuration));
  plan.on_executed = [weak = weak_from_this(), before = plan.context](const StatementContext& after) {
    if (const auto session = weak.lock()) session->absorb(before, after);
  };
  plan.on_over = [compute = compute_] { compute->statement_over(); };
  plan.sink = std::move(sink);
  plan.bytes_ahead = services_.bytes_ahead;
  plan.patience_with_reader = services_.patience_with_reader;
  plan.record = services_.history->add({.id = plan.id,
                                        .compute_id = plan.compute_id,
                                        .session_id = id_,
                                        .user = plan.context.caller.principal,
                                        .text = plan.sql,
                                        .client = client_,
                                        .queued = utc_now()});
  auto operation = std::make_shared<StatementOperation>(std::move(plan), services_.engine, services_.timer);
  compute_->statement_began();
  Status waiting = registry->add_operation(operation);
  if (waiting) {
    waiting = enter_line(*operation);
    if (!waiting) registry->forget_operation(operation->id());
  }
  if (!waiting) {
    operation->refuse(waiting.error());
    return fail(std::move(waiting).error());
  }
  return std::shared_ptr<Operation>(std::move(operation));
}

Status WarehouseSession::enter_line(StatementOperation& operation) {
  Status waiting;
  // A queue that closes between the two steps means that the warehouse was stopped: the next one is new.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto queue = compute_->start();
    if (!queue) return fail(closed_error());
    waiting = operation.submit(queue);
    if (waiting) break;
  }
  return waiting;
}

void WarehouseSession::absorb(const StatementContext& before, const StatementContext& after) {
  const std::scoped_lock lock(mutex_);
  if (after.current_catalog != before.current_catalog) context_.current_catalog = after.current_catalog;
  if (after.current_schema != before.current_schema) context_.current_schema = after.current_schema;
  if (after.time_zone != before.time_zone) context_.time_zone = after.time_zone;
  if (after.configuration != before.configuration) context_.configuration = after.configuration;
  if (!same_views(after.temporary_views, before.temporary_views))
    context_.temporary_views = after.temporary_views;
}

}  // namespace lakeport::lakehouse
