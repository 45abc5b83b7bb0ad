#include "csv_parser.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace lakeport::batchfile {
namespace {

constexpr std::size_t kFirstBuffer = std::size_t{1} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr std::uint64_t bytes_equal(std::uint64_t word, char byte) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  const std::uint64_t differing = word ^ (kOnes * static_cast<unsigned char>(byte));
  return (differing - kOnes) & ~differing & (kOnes << 7);
}

// The first byte from `at` on that an unquoted field cannot have; `end` when there is none.
const char* find_special(const char* at, const char* end) {
  static_assert(std::endian::native == std::endian::little);
  for (; end - at >= 8; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, at, 8);
    const std::uint64_t found =
        bytes_equal(word, ',') | bytes_equal(word, '\n') | bytes_equal(word, '"') | bytes_equal(word, '\r');
    if (found != 0) return at + std::countr_zero(found) / 8;
  }
  while (at < end && *at != ',' && *at != '\n' && *at != '"' && *at != '\r') ++at;
  return at;
}

tl::unexpected<Error> broken(std::string what) { return fail(ErrorKind::kInvalidInput, std::move(what)); }

}  // namespace

CsvParser::CsvParser(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), buffer_(kFirstBuffer, '\0') {}

std::string CsvParser::place() const {
  return "line " + std::to_string(rows_ + lines_) + " (row " + std::to_string(rows_ - 1) + ")";
}

Result<std::optional<std::span<const CsvParser::Field>>> CsvParser::next(std::size_t expected) {
  ++rows_;
  lines_ = next_lines_;
  while (true) {
    LAKEPORT_ASSIGN_OR_RETURN(const Outcome outcome, parse_row());
    if (outcome == Outcome::kRow) break;
    if (outcome == Outcome::kEnd) {
      --rows_;
      return std::nullopt;
    }
    LAKEPORT_RETURN_IF_ERROR(read_more());
  }
  const std::span<const Field> row(fields_.data(), count_);
  for (const Field& field : row) {
    if (field.quoted) next_lines_ += std::count(field.text.begin(), field.text.end(), '\n');
  }
  if (expected != 0 && count_ != expected) {
    return broken("has " + std::to_string(count_) + (count_ == 1 ? " field" : " fields") +
                  " where the header has " + std::to_string(expected));
  }
  return row;
}

Result<CsvParser::Outcome> CsvParser::parse_row() {
  count_ = 0;
  const char* at = buffer_.data() + at_;
  const char* const end = buffer_.data() + end_;
  if (at == end) return ended_ ? Outcome::kEnd : Outcome::kNeedsMore;
  while (true) {
    if (at < end && *at == '"') {
      LAKEPORT_ASSIGN_OR_RETURN(at, parse_quoted(at, end));
      if (at == nullptr) return Outcome::kNeedsMore;
    } else {
      const char* const stop = find_special(at, end);
      if (stop == end && !ended_) return Outcome::kNeedsMore;
      if (stop < end && *stop == '"')
        return broken("has a quote inside a field that does not begin with one");
      add({{at, static_cast<std::size_t>(stop - at)}, false, false});
      at = stop;
    }
    if (at < end && *at == ',') {
      ++at;
      continue;
    }
    if (at == end && !ended_) return Outcome::kNeedsMore;
    if (at < end && *at == '\r') {
      ++at;
      if (at == end && !ended_) return Outcome::kNeedsMore;
      if (at == end || *at != '\n') return broken("has a carriage return outside quotes");
    }
    if (at < end) ++at;  // the line feed
    at_ = static_cast<std::size_t>(at - buffer_.data());
    return Outcome::kRow;
  }
}

// Returns where the field's closing quote is behind; null when that is not there yet.
Result<const char*> CsvParser::parse_quoted(const char* at, const char* end) {
  const char* const start = ++at;
  bool has_quotes = false;
  while (true) {
    const auto* quote = static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
    if (quote == nullptr) {
      if (ended_) return broken("has a quoted field that does not end: the file was cut");
      return nullptr;
    }
    const char* const after = quote + 1;
    if (after == end && !ended_) return nullptr;
    if (after < end && *after == '"') {
      has_quotes = true;
      at = after + 1;
      continue;
    }
    if (after < end && *after != ',' && *after != '\n' && *after != '\r') {
      return broken("has text after a field's closing quote");
    }
    add({{start, static_cast<std::size_t>(quote - start)}, true, has_quotes});
    return after;
  }
}

Status CsvParser::read_more() {
  std::memmove(buffer_.data(), buffer_.data() + at_, end_ - at_);
  end_ -= at_;
  at_ = 0;
  if (end_ == buffer_.size()) {
    if (end_ >= kMaxRowBytes) return broken("is longer than 1 GiB");
    buffer_.resize(2 * end_);
  }
  const bool first = rows_ == 1 && end_ == 0;
  // Up to the brim, so that a long row is not parsed again for every little piece.
  while (end_ < buffer_.size()) {
    LAKEPORT_ASSIGN_OR_RETURN(const std::size_t count, source_->read(std::span(buffer_).subspan(end_)));
    if (count == 0) {
      ended_ = true;
      break;
    }
    end_ += count;
  }
  if (first && std::string_view(buffer_.data(), end_).starts_with(kByteOrderMark))
    at_ = kByteOrderMark.size();
  return {};
}

}  // namespace lakeport::batchfile
