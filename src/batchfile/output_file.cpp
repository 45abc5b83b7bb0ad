#include "output_file.h"

#include <system_error>
#include <utility>

#include "compression.h"
#include "encryption.h"
#include "random.h"

namespace lakeport::batchfile {
namespace {

std::string suffix(const FileParams& params) {
  std::string text = params.format == Format::kCsv ? ".csv" : ".parquet";
  if (params.compression == Compression::kZstd) text += ".zst";
  if (params.compression == Compression::kGzip) text += ".gz";
  if (params.encrypted) text += ".aes";
  return text;
}

}  // namespace

OutputFiles::~OutputFiles() {
  for (const WrittenFile& file : files_) {
    std::error_code ignored;
    std::filesystem::remove(file.path, ignored);
  }
}

ByteSink& OutputFiles::first() const {
  if (compression_) return *compression_;
  if (encryption_) return *encryption_;
  return *disk_;
}

Status OutputFiles::open() {
  LAKEPORT_ASSIGN_OR_RETURN(disk_, DiskFileSink::create(folder_, suffix(params_), max_file_bytes_));
  files_.push_back({disk_->path(), {}, 0, 0});
  if (params_.encrypted) {
    LAKEPORT_ASSIGN_OR_RETURN(files_.back().key, random_bytes(kKeyBytes));
    LAKEPORT_ASSIGN_OR_RETURN(encryption_, encrypt_into(*disk_, files_.back().key));
  }
  LAKEPORT_ASSIGN_OR_RETURN(compression_, compress_into(first(), params_.compression));
  return {};
}

Status OutputFiles::close(std::int64_t rows) {
  Status finished = first().finish();
  const std::int64_t bytes = disk_->written();
  compression_.reset();
  encryption_.reset();
  disk_.reset();
  LAKEPORT_RETURN_IF_ERROR(std::move(finished));
  files_.back().rows = rows;
  files_.back().bytes = bytes;
  if (bytes > max_file_bytes_) {
    return fail(ErrorKind::kInvalidInput,
                "a row makes a batch file of " + std::to_string(bytes) + " bytes; the limit is " +
                    std::to_string(max_file_bytes_),
                "", "Leave its largest column out of the selection");
  }
  return {};
}

std::vector<WrittenFile> OutputFiles::release() { return std::exchange(files_, {}); }

}  // namespace lakeport::batchfile
