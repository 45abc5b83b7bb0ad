#include "cancellation.h"

namespace lakeport::lakehouse {

void Cancellation::cancel() {
  cancelled_.store(true);
  const std::lock_guard lock(mutex_);
  if (context_) context_->Interrupt();
}

Status Cancellation::check() const {
  if (cancelled()) return fail(ErrorKind::kCancelled, "The statement was cancelled");
  return {};
}

void Cancellation::attach(::duckdb::shared_ptr<::duckdb::ClientContext> context) {
  const std::lock_guard lock(mutex_);
  context_ = std::move(context);
}

void Cancellation::detach() {
  const std::lock_guard lock(mutex_);
  context_.reset();
}

}  // namespace lakeport::lakehouse
