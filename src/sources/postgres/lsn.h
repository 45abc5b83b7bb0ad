// A position in PostgreSQL's write-ahead log, and which transactions a snapshot sees.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lakeport::sources::postgres {

using Lsn = std::uint64_t;

// "16/B374D848".
std::string format_lsn(Lsn lsn);
std::optional<Lsn> parse_lsn(std::string_view text);

// What pg_current_snapshot() gives: "xmin:xmax:xip,xip".
class VisibleTransactions {
 public:
  static std::optional<VisibleTransactions> parse(std::string_view text);

  // Whether the snapshot sees what this transaction committed. `xid` as in the replication stream: the low 32
  // bits. Only for transactions that have committed.
  bool sees(std::uint32_t xid) const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::uint64_t min_ = 0;  // all below are visible
  std::uint64_t max_ = 0;  // none from here on is
  std::vector<std::uint64_t> in_progress_;
};

}  // namespace lakeport::sources::postgres
