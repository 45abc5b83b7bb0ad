// The rows of one operation on their way to one client: packed into batches or links of a good size, the next
// ones made while the client works on the last.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "lakeport/base/result.h"
#include "lakeport/lakehouse/result_links.h"

#include "arrow_encoding.h"

namespace lakeport::lakehouse {

enum class ResultFormat { kArrow, kColumns, kLinks };

// What the client said it can read.
struct ResultOptions {
  bool arrow = false;  // otherwise column-based sets
  bool links = false;
  bool lz4 = false;
  bool lz4_links = true;  // or uncompressed, where the bytes of links cost nearly nothing on their way
  NativeTypes native;
  std::optional<std::int64_t> row_limit;  // of the whole result
  std::int64_t bytes_per_link = 0;        // 0: as the server likes
};

// Where the rows come from.
struct RowSource {
  std::vector<Column> columns;
  std::shared_ptr<arrow::Schema> schema;
  std::function<Result<std::shared_ptr<arrow::RecordBatch>>()> next;  // nothing at the end
  std::function<void()> cancel;  // makes a waiting next() fail soon; may be empty
};

// How much one answer may hold.
struct FetchLimits {
  std::int64_t rows = 0, bytes = 0;  // 0: as the server likes
};

struct PublishedLink {
  std::unique_ptr<ResultChunk> chunk;
  std::int64_t start_row = 0, rows = 0, bytes = 0;  // bytes before compression
};

struct FetchedRows {
  std::int64_t start_row = 0, rows = 0;
  bool more = false;
  std::string arrow_messages;               // kArrow, compressed when lz4
  Batches batches;                          // kColumns
  std::vector<const PublishedLink*> links;  // kLinks; good as long as the stream lives
};

// One caller at a time.
class ResultStream {
 public:
  // Reads as far as is needed to know whether the result is small (sent inline) or goes by links.
  static Result<std::unique_ptr<ResultStream>> open(RowSource source, ResultOptions options,
                                                    ResultLinks& links);
  ~ResultStream();  // stops what is being made
  ResultStream(const ResultStream&) = delete;
  ResultStream& operator=(const ResultStream&) = delete;

  ResultFormat format() const { return format_; }
  bool compressed() const { return options_.lz4 && (format_ != ResultFormat::kLinks || options_.lz4_links); }
  const std::vector<Column>& columns() const { return source_.columns; }
  const ArrowEncoding& encoding() const { return encoding_; }

  // The rows after those fetched last. `start_row`: that place instead, which must be where the last answer
  // began (it is given again) or where the next begins; links are given again from any place. kInvalidInput
  // for another.
  Result<FetchedRows> fetch(FetchLimits limits, std::optional<std::int64_t> start_row);
  std::int64_t next_row() const { return next_row_; }
  bool at_end() const;

 private:
  // Rows that go out together.
  struct Piece {
    Batches batches;
    std::string encoded;                 // kArrow
    std::unique_ptr<ResultChunk> chunk;  // kLinks
    std::int64_t start_row = 0, rows = 0, bytes = 0;
  };

  ResultStream(RowSource source, ResultOptions options, ResultLinks& links);
  Status read_head();
  Result<std::optional<Piece>> make_piece(FetchLimits limits);
  Result<bool> pull();  // one more batch into pending_; false at the end
  Status encode(Piece& piece) const;
  Status publish(Piece& piece) const;
  void make_ahead();
  void start_making();
  Result<std::optional<Piece>> take_piece(FetchLimits limits);
  Result<FetchedRows> fetch_inline(FetchLimits limits);
  Result<FetchedRows> fetch_links(FetchLimits limits);
  FetchedRows links_from(std::int64_t start_row) const;

  RowSource source_;
  const ResultOptions options_;
  ResultLinks& links_;
  const ArrowEncoding encoding_;
  ResultFormat format_ = ResultFormat::kColumns;

  // Used by whoever makes pieces: the caller before the first fetch ends, then the maker; never both.
  std::deque<std::shared_ptr<arrow::RecordBatch>> pending_;
  std::int64_t pending_bytes_ = 0;
  bool source_ended_ = false;
  std::int64_t rows_read_ = 0, rows_made_ = 0;
  int pieces_made_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Piece> ready_;
  FetchLimits limits_;  // of the last fetch: how big the next pieces are
  std::optional<Error> failure_;
  bool ended_ = false;  // the last piece was made
  bool making_ = false, stop_ = false;

  std::int64_t next_row_ = 0;
  Piece last_;                           // to be given again
  std::deque<PublishedLink> published_;  // a deque: links stay where they are
  std::jthread maker_;
};

}  // namespace lakeport::lakehouse
