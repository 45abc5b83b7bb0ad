#include "change_stream.h"

#include <array>
#include <thread>

#include "big_endian.h"

namespace lakeport::sources::postgres {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kCheckpointInterval{10};
constexpr std::chrono::seconds kTellInterval{10};
constexpr std::chrono::milliseconds kPatience{100};
// A session whose process was killed may hold the slot until the server notices.
constexpr std::chrono::seconds kSlotPatience{60};
// The server answers, but does not move on: it has nothing more to send.
constexpr int kMaxSilentReplies = 30;

// Message heads (PostgreSQL, "Streaming Replication Protocol").
constexpr std::size_t kDataHead = 25;       // 'w', start, end, time
constexpr std::size_t kKeepaliveSize = 18;  // 'k', end, time, whether a reply is wanted

void put_u64(std::uint8_t* out, std::uint64_t value) {
  value = __builtin_bswap64(value);
  std::memcpy(out, &value, sizeof(value));
}

std::string doubled_quotes(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') out += c;
    out += c;
  }
  return out;
}

Error explain_stream_error(Error error, const Settings& settings) {
  if (error.kind() != ErrorKind::kSourceFailed) return error;
  const auto says = [&error](std::string_view part) { return error.what().find(part) != std::string::npos; };
  if (says("publication") && says("does not exist")) {
    return {ErrorKind::kNotFound,
            "publication " + settings.publication +
                " was dropped for a while or made after the replication slot, so the log cannot "
                "be read through it"};
  }
  if (says("has already been removed") || says("can no longer get changes") || says("has been invalidated")) {
    return {ErrorKind::kNotFound, error.what()};
  }
  return error;
}

}  // namespace

ChangeStream::ChangeStream(Connection& replication, const Settings& settings, ChangeWriter& changes,
                           Checkpoint checkpoint)
    : replication_(replication), settings_(settings), changes_(changes), checkpoint_(std::move(checkpoint)) {}

Status ChangeStream::start() {
  // The list of publications is itself a list of quoted identifiers inside a literal.
  const std::string sql = "START_REPLICATION SLOT " + quote_identifier(settings_.slot) + " LOGICAL " +
                          format_lsn(stored_) + " (proto_version '1', publication_names '" +
                          doubled_quotes(quote_identifier(settings_.publication)) + "')";
  const auto deadline = Clock::now() + kSlotPatience;
  while (true) {
    auto started = replication_.start_stream(sql);
    if (started) return {};
    if (replication_.last_error_code() != kObjectInUse) {
      return fail(explain_stream_error(std::move(started).error(), settings_));
    }
    if (Clock::now() > deadline) {
      return fail(ErrorKind::kUnavailable, started.error().what(), "replication slot " + settings_.slot,
                  "Another sync uses the slot: end it, or give each its own slot.");
    }
    if (replication_.stopped()) return fail(ErrorKind::kCancelled, "the sync was stopped");
    std::this_thread::sleep_for(kPatience);
  }
}

Status ChangeStream::tell_position(bool ask_for_reply) {
  // 'r': written, flushed and applied position, time, whether a reply is wanted. The server may forget what
  // is flushed, so it is told no more than what the platform has stored.
  std::array<std::uint8_t, 34> status{};
  status[0] = 'r';
  for (const std::size_t at : {1, 9, 17}) put_u64(status.data() + at, stored_);
  status[33] = ask_for_reply ? 1 : 0;
  last_told_ = Clock::now();
  return replication_.send_message(status);
}

Status ChangeStream::checkpoint() {
  last_checkpoint_ = Clock::now();
  if (!dirty_) return {};
  LAKEPORT_RETURN_IF_ERROR(changes_.flush());
  dirty_ = false;
  return checkpoint_(reached_);
}

Status ChangeStream::take(std::span<const std::uint8_t> message) {
  if (message[0] == 'w' && message.size() >= kDataHead) {
    silent_replies_ = 0;
    dirty_ = true;
    LAKEPORT_RETURN_IF_ERROR(parser_.parse(message.subspan(kDataHead), changes_));
    if (changes_.in_transaction()) return {};
    reached_ = std::max(reached_, changes_.committed());
    if (Clock::now() - last_checkpoint_ < kCheckpointInterval) return {};
    return checkpoint();
  }
  if (message[0] == 'k' && message.size() >= kKeepaliveSize) {
    const Lsn end = read_u64(message.data() + 1);
    // Messages keep the log's order: everything before this position has come.
    if (!changes_.in_transaction() && end > reached_) {
      reached_ = end;
      dirty_ = true;
      silent_replies_ = 0;
    } else {
      ++silent_replies_;
    }
    if (message[kKeepaliveSize - 1] != 0) return tell_position(false);
    return {};
  }
  return fail(ErrorKind::kSourceFailed, "a message of an unknown kind", "replication stream");
}

Status ChangeStream::follow(Lsn stored, Lsn target) {
  stored_ = stored;
  reached_ = stored;
  LAKEPORT_RETURN_IF_ERROR(start());
  LAKEPORT_RETURN_IF_ERROR(tell_position(true));
  last_checkpoint_ = Clock::now();
  while (reached_ < target && silent_replies_ < kMaxSilentReplies) {
    auto message = replication_.next_message(kPatience);
    if (!message) return fail(explain_stream_error(std::move(message).error(), settings_));
    if (*message) LAKEPORT_RETURN_IF_ERROR(take(**message));
    if (!*message || Clock::now() - last_told_ > kTellInterval)
      LAKEPORT_RETURN_IF_ERROR(tell_position(!*message));
  }
  LAKEPORT_RETURN_IF_ERROR(replication_.end_stream());
  return checkpoint();
}

}  // namespace lakeport::sources::postgres
