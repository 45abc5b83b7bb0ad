#include "lsn.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace lakeport::sources::postgres {
namespace {

// A number up to `end` or the end of the text, which it is taken from.
bool take_number(std::string_view& text, char end, std::uint64_t& number) {
  const auto stop = std::min(text.find(end), text.size());
  const auto [rest, error] = std::from_chars(text.data(), text.data() + stop, number);
  if (error != std::errc() || rest != text.data() + stop) return false;
  text.remove_prefix(std::min(stop + 1, text.size()));
  return true;
}

}  // namespace

std::string format_lsn(Lsn lsn) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%X/%X", static_cast<unsigned>(lsn >> 32),
                static_cast<unsigned>(lsn & 0xffffffffU));
  return text.data();
}

std::optional<Lsn> parse_lsn(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  std::uint32_t high = 0;
  std::uint32_t low = 0;
  const auto whole = [](std::string_view part, std::uint32_t& out) {
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), out, 16);
    return error == std::errc() && end == part.data() + part.size();
  };
  if (!whole(text.substr(0, slash), high) || !whole(text.substr(slash + 1), low)) return std::nullopt;
  return (Lsn{high} << 32) | low;
}

std::optional<VisibleTransactions> VisibleTransactions::parse(std::string_view text) {
  VisibleTransactions parsed;
  parsed.text_ = text;
  if (!take_number(text, ':', parsed.min_) || !take_number(text, ':', parsed.max_)) return std::nullopt;
  while (!text.empty()) {
    std::uint64_t xid = 0;
    if (!take_number(text, ',', xid)) return std::nullopt;
    parsed.in_progress_.push_back(xid);
  }
  return parsed;
}

bool VisibleTransactions::sees(std::uint32_t xid) const {
  // The transaction with these low bits that is nearest to the snapshot.
  const auto distance = static_cast<std::int32_t>(xid - static_cast<std::uint32_t>(max_));
  const std::uint64_t whole = max_ + static_cast<std::uint64_t>(std::int64_t{distance});
  if (whole < min_) return true;
  if (whole >= max_) return false;
  return std::find(in_progress_.begin(), in_progress_.end(), whole) == in_progress_.end();
}

}  // namespace lakeport::sources::postgres
