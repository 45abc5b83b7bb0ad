// What the CSV and the JSON reader share: rows come as text, types are found in their values.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "raw_batch.h"
#include "reader.h"

namespace lakeport::sources::files {

class TextReader : public FileReader {
 public:
  Result<std::vector<LayoutColumn>> columns(std::int64_t rows) final;
  Result<ReadOutcome> read(const TableLayout& layout, const TakeRows& take) final;

 protected:
  TextReader(InputFile file, Session& session) : file_(std::move(file)), session_(session) {}

  // The SELECT that reads the file, without LIMIT; nothing for a file without any byte.
  virtual Result<std::string> query(bool long_rows) = 0;
  // `first_row`: the number of rows before the batch.
  virtual Result<RawBatch> to_raw(std::shared_ptr<arrow::RecordBatch> batch, std::int64_t first_row) = 0;
  // The columns that are known without any row; asked after query().
  virtual std::vector<std::string> names() const { return {}; }
  // DuckDB's words as ours, with the line.
  virtual Error explain(const Error& error) const = 0;
  // Whether DuckDB gave up because of its limit on the length of a row.
  virtual bool is_row_too_long(const Error& error) const = 0;

  const InputFile& file() const { return file_; }

 private:
  // Calls `take` with every batch until it says kRestart. kRestart, too, when a row was longer than the
  // limit.
  using TakeRaw = std::function<Result<ReadOutcome>(RawBatch)>;
  Result<ReadOutcome> scan(std::int64_t rows, const TakeRaw& take);
  Result<ReadOutcome> fail_or_restart(const Error& error);

  InputFile file_;
  Session& session_;
  bool long_rows_ = false;
};

}  // namespace lakeport::sources::files
