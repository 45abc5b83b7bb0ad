#include "result_stream.h"

#include <algorithm>
#include <limits>

#include <arrow/record_batch.h>
#include <arrow/type.h>

namespace lakeport::lakehouse {
namespace {

// A result of up to so many bytes is answered at once; links cost a request each.
constexpr std::int64_t kSmallResult = 4LL << 20;
constexpr std::int64_t kInlineBytes = 4LL << 20;
// Thrift clients in Python join what they read record by record: the square of the size.
constexpr std::int64_t kUncompressedInlineBytes = 1LL << 20;
constexpr std::int64_t kLinkBytes = 16LL << 20;
// The first links are small, so that the client has something to do while the next ones are made.
constexpr std::int64_t kFirstLinkBytes = 2LL << 20;
constexpr int kLinkDoublings = 3;
// What is made before the client asks for it.
constexpr std::size_t kPiecesAhead = 2;
// Links in one answer, at most.
constexpr std::size_t kLinksAtOnce = 16;

std::int64_t or_largest(std::int64_t limit) {
  return limit > 0 ? limit : std::numeric_limits<std::int64_t>::max();
}

// Intervals come as text, and a client that wants Arrow's own would not take text for one.
RowSource with_told_types(RowSource source, NativeTypes native) {
  for (Column& column : source.columns) {
    if (native.intervals && column.type.starts_with("interval")) column.type = "string";
  }
  return source;
}

}  // namespace

ResultStream::ResultStream(RowSource source, ResultOptions options, ResultLinks& links)
    : source_(with_told_types(std::move(source), options.native)),
      options_(options),
      links_(links),
      encoding_(source_.columns, source_.schema, options.native) {}

ResultStream::~ResultStream() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  if (maker_.joinable() && source_.cancel) {
    bool making = false;
    {
      const std::scoped_lock lock(mutex_);
      making = making_;
    }
    if (making) source_.cancel();
  }
}

Result<std::unique_ptr<ResultStream>> ResultStream::open(RowSource source, ResultOptions options,
                                                         ResultLinks& links) {
  std::unique_ptr<ResultStream> stream(new ResultStream(std::move(source), options, links));
  LAKEPORT_RETURN_IF_ERROR(stream->read_head());
  return stream;
}

Status ResultStream::read_head() {
  if (!options_.arrow) return {};
  format_ = ResultFormat::kArrow;
  if (!options_.links) return {};
  while (pending_bytes_ <= kSmallResult) {
    LAKEPORT_ASSIGN_OR_RETURN(const bool more, pull());
    if (!more) return {};
  }
  format_ = ResultFormat::kLinks;
  return {};
}

Result<bool> ResultStream::pull() {
  if (source_ended_) return false;
  const std::int64_t left = or_largest(options_.row_limit.value_or(0)) - rows_read_;
  if (left <= 0) {
    source_ended_ = true;
    return false;
  }
  LAKEPORT_ASSIGN_OR_RETURN(auto batch, source_.next());
  if (!batch) {
    source_ended_ = true;
    return false;
  }
  if (batch->num_rows() > left) batch = batch->Slice(0, left);
  if (batch->num_rows() == 0) return true;
  rows_read_ += batch->num_rows();
  if (options_.arrow) {
    LAKEPORT_ASSIGN_OR_RETURN(batch, encoding_.convert(batch));
  }
  pending_bytes_ += batch_bytes(*batch);
  pending_.push_back(std::move(batch));
  return true;
}

Result<std::optional<ResultStream::Piece>> ResultStream::make_piece(FetchLimits limits) {
  Piece piece;
  piece.start_row = rows_made_;
  const std::int64_t most_rows = or_largest(limits.rows);
  std::int64_t most_bytes = std::max<std::int64_t>(limits.bytes, 1);
  if (format_ == ResultFormat::kLinks) {
    most_bytes = std::min(most_bytes, kFirstLinkBytes << std::min(pieces_made_, kLinkDoublings));
  }
  while (piece.rows < most_rows && piece.bytes < most_bytes) {
    if (pending_.empty()) {
      LAKEPORT_ASSIGN_OR_RETURN(const bool more, pull());
      if (!more) break;
      if (pending_.empty()) continue;
    }
    auto batch = std::move(pending_.front());
    pending_.pop_front();
    const std::int64_t bytes = std::max<std::int64_t>(batch_bytes(*batch), 1);
    pending_bytes_ -= bytes;
    // As many rows as still fit; a first row always does.
    const double by_bytes = static_cast<double>(batch->num_rows()) *
                            static_cast<double>(most_bytes - piece.bytes) / static_cast<double>(bytes);
    std::int64_t rows = std::min(batch->num_rows(), most_rows - piece.rows);
    if (by_bytes < static_cast<double>(rows))
      rows = std::max<std::int64_t>(static_cast<std::int64_t>(by_bytes), 1);
    if (rows < batch->num_rows()) {
      auto rest = batch->Slice(rows);
      pending_bytes_ += batch_bytes(*rest);
      pending_.push_front(std::move(rest));
      batch = batch->Slice(0, rows);
      piece.bytes = std::max(piece.bytes + batch_bytes(*batch), most_bytes);
    } else {
      piece.bytes += bytes;
    }
    piece.rows += rows;
    piece.batches.push_back(std::move(batch));
  }
  rows_made_ += piece.rows;
  // Knowing the end now saves the client a request.
  while (pending_.empty() && !source_ended_) {
    LAKEPORT_RETURN_IF_ERROR(pull());
  }
  if (piece.rows == 0) return std::nullopt;
  ++pieces_made_;
  LAKEPORT_RETURN_IF_ERROR(encode(piece));
  return piece;
}

Status ResultStream::encode(Piece& piece) const {
  if (format_ == ResultFormat::kColumns) return {};
  if (format_ == ResultFormat::kLinks) return publish(piece);
  LAKEPORT_ASSIGN_OR_RETURN(piece.encoded, ipc_messages(piece.batches));
  piece.bytes = static_cast<std::int64_t>(piece.encoded.size());
  if (compressed()) {
    LAKEPORT_ASSIGN_OR_RETURN(piece.encoded, lz4_frame(piece.encoded));
  }
  return {};
}

Status ResultStream::publish(Piece& piece) const {
  LAKEPORT_ASSIGN_OR_RETURN(auto body, ipc_stream(encoding_.schema(), piece.batches));
  piece.batches.clear();
  piece.bytes = static_cast<std::int64_t>(body.size());
  if (compressed()) {
    LAKEPORT_ASSIGN_OR_RETURN(std::string frame, lz4_frame(body.parts));
    frame.shrink_to_fit();
    const auto kept = std::make_shared<const std::string>(std::move(frame));
    body = {{*kept}, kept};
  }
  LAKEPORT_ASSIGN_OR_RETURN(
      piece.chunk, links_.keep(std::move(body), compressed() ? "application/octet-stream"
                                                             : "application/vnd.apache.arrow.stream"));
  return {};
}

// The maker's thread: ends when enough is ready, so that an idle result costs no thread.
void ResultStream::make_ahead() {
  for (;;) {
    FetchLimits limits;
    {
      const std::scoped_lock lock(mutex_);
      if (stop_ || ended_ || failure_ || ready_.size() >= kPiecesAhead) {
        making_ = false;
        changed_.notify_all();
        return;
      }
      limits = limits_;
    }
    auto piece = make_piece(limits);
    const std::scoped_lock lock(mutex_);
    if (!piece) {
      failure_ = std::move(piece).error();
    } else {
      if (*piece) ready_.push_back(*std::move(*piece));
      ended_ = pending_.empty() && source_ended_;
    }
    changed_.notify_all();
  }
}

void ResultStream::start_making() {
  {
    const std::scoped_lock lock(mutex_);
    if (making_ || ended_ || failure_ || ready_.size() >= kPiecesAhead) return;
    making_ = true;
  }
  maker_ = std::jthread([this] { make_ahead(); });
}

Result<std::optional<ResultStream::Piece>> ResultStream::take_piece(FetchLimits limits) {
  {
    std::unique_lock lock(mutex_);
    limits_ = limits;
    changed_.wait(lock, [this] { return !ready_.empty() || !making_; });
    if (!ready_.empty()) {
      Piece piece = std::move(ready_.front());
      ready_.pop_front();
      return piece;
    }
    if (failure_) return fail(*failure_);
    if (ended_) return std::nullopt;
  }
  auto piece = make_piece(limits);
  const std::scoped_lock lock(mutex_);
  if (!piece) {
    failure_ = piece.error();
    return piece;
  }
  ended_ = pending_.empty() && source_ended_;
  return piece;
}

bool ResultStream::at_end() const {
  const std::scoped_lock lock(mutex_);
  return ended_ && ready_.empty();
}

Result<FetchedRows> ResultStream::fetch(FetchLimits limits, std::optional<std::int64_t> start_row) {
  if (format_ == ResultFormat::kLinks) {
    if (start_row && *start_row < next_row_) return links_from(*start_row);
    if (start_row && *start_row != next_row_) {
      return fail(ErrorKind::kInvalidInput,
                  "row " + std::to_string(*start_row) + " is not where the rows of a link begin");
    }
    return fetch_links(limits);
  }
  if (start_row && *start_row != next_row_) {
    if (*start_row != last_.start_row || last_.rows == 0) {
      return fail(ErrorKind::kInvalidInput,
                  "rows from " + std::to_string(*start_row) + " on are no longer kept: only the " +
                      "last batch, from row " + std::to_string(last_.start_row) + " on, is");
    }
    LAKEPORT_RETURN_IF_ERROR(encode(last_));
    FetchedRows again{last_.start_row, last_.rows, !at_end(), std::move(last_.encoded), last_.batches, {}};
    return again;
  }
  return fetch_inline(limits);
}

Result<FetchedRows> ResultStream::fetch_inline(FetchLimits limits) {
  limits.bytes = std::min(or_largest(limits.bytes), compressed() ? kInlineBytes : kUncompressedInlineBytes);
  LAKEPORT_ASSIGN_OR_RETURN(auto piece, take_piece(limits));
  if (!piece) return FetchedRows{next_row_, 0, false, {}, {}, {}};
  if (limits.rows > 0 && piece->rows > limits.rows) {
    // Made for a fetch that wanted more: what is too much goes back, as a piece of its own.
    Piece rest;
    rest.start_row = piece->start_row + limits.rows;
    std::int64_t kept = 0;
    Batches first;
    for (const auto& batch : piece->batches) {
      const std::int64_t take = std::clamp<std::int64_t>(limits.rows - kept, 0, batch->num_rows());
      if (take > 0) first.push_back(batch->Slice(0, take));
      if (take < batch->num_rows()) rest.batches.push_back(batch->Slice(take));
      kept += take;
    }
    rest.rows = piece->rows - limits.rows;
    piece->rows = limits.rows;
    piece->batches = std::move(first);
    LAKEPORT_RETURN_IF_ERROR(encode(*piece));
    LAKEPORT_RETURN_IF_ERROR(encode(rest));
    const std::scoped_lock lock(mutex_);
    ready_.push_front(std::move(rest));
  }
  FetchedRows fetched{piece->start_row,          piece->rows,    !at_end(),
                      std::move(piece->encoded), piece->batches, {}};
  next_row_ = piece->start_row + piece->rows;
  last_ = *std::move(piece);
  if (fetched.more) start_making();
  return fetched;
}

Result<FetchedRows> ResultStream::fetch_links(FetchLimits limits) {
  const std::int64_t start = next_row_;
  const std::int64_t most_bytes = or_largest(limits.bytes);
  FetchLimits link_size{
      0, options_.bytes_per_link > 0 ? std::min(options_.bytes_per_link, kLinkBytes) : kLinkBytes};
  std::int64_t bytes = 0;
  // The first link is waited for; others go along when they are ready.
  for (std::size_t count = 0; count < kLinksAtOnce && bytes < most_bytes; ++count) {
    if (count > 0) {
      const std::scoped_lock lock(mutex_);
      if (ready_.empty()) break;
    }
    LAKEPORT_ASSIGN_OR_RETURN(auto piece, take_piece(link_size));
    if (!piece) break;
    bytes += piece->bytes;
    next_row_ = piece->start_row + piece->rows;
    published_.push_back({std::move(piece->chunk), piece->start_row, piece->rows, piece->bytes});
  }
  auto fetched = links_from(start);
  if (fetched.more) start_making();
  return fetched;
}

FetchedRows ResultStream::links_from(std::int64_t start_row) const {
  FetchedRows fetched;
  fetched.start_row = start_row;
  for (const auto& link : published_) {
    if (link.start_row + link.rows <= start_row) continue;
    if (fetched.links.empty()) fetched.start_row = link.start_row;
    fetched.links.push_back(&link);
    fetched.rows += link.rows;
  }
  fetched.more = !at_end();
  return fetched;
}

}  // namespace lakeport::lakehouse
