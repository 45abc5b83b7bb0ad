#include "open_sessions.h"

#include <filesystem>

namespace lakeport::destinations {

Result<std::shared_ptr<OpenSessions::Slot>> OpenSessions::slot_of(const DuckdbOptions& options) {
  std::error_code ignored;
  auto path = std::filesystem::weakly_canonical(options.database, ignored).string();
  if (path.empty()) path = options.database.string();
  std::lock_guard lock(mutex_);
  if (stopped_) return fail(ErrorKind::kCancelled, "the destination is shutting down");
  auto& slot = slots_[path];
  if (!slot) slot = std::make_shared<Slot>();
  return slot;
}

Status OpenSessions::run(const DuckdbOptions& options, const std::function<Status(FileSession&)>& work) {
  LAKEPORT_ASSIGN_OR_RETURN(const auto slot, slot_of(options));
  std::lock_guard turn(slot->turn);
  if (!slot->session) {
    LAKEPORT_ASSIGN_OR_RETURN(auto session, FileSession::open(options));
    std::lock_guard guard(slot->guard);
    slot->session = std::move(session);
  }
  auto& session = *slot->session;
  session.key_ranges().forget();
  auto done = session.begin();
  if (done) done = work(session);
  if (done) done = session.commit();
  if (done) return {};
  session.rollback();
  if (done.error().kind() == ErrorKind::kInternal) {
    // The engine may refuse everything after a defect: start afresh with the next call.
    std::lock_guard guard(slot->guard);
    slot->session.reset();
  }
  return done;
}

void OpenSessions::stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  for (const auto& [path, slot] : slots_) {
    std::lock_guard guard(slot->guard);
    if (slot->session) slot->session->connection().interrupt();
  }
}

}  // namespace lakeport::destinations
