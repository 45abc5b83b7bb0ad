#include "compression.h"

#include <algorithm>
#include <string>
#include <utility>

#include <zlib.h>
#include <zstd.h>

namespace lakeport::batchfile {
namespace {

constexpr int kZstdLevel = -3;  // files live for a moment: time counts, not size
constexpr int kGzipLevel = 1;
constexpr int kGzipWindow = 15 + 16;  // 32 KiB, with a gzip header
constexpr std::size_t kChunk = std::size_t{128} << 10;
// More than either library makes of this many bytes that do not compress: block and stream heads and a
// checksum.
constexpr std::int64_t kFrame = 64;
std::int64_t most_compressed(std::int64_t bytes) { return bytes + bytes / 128 + kFrame; }
// More than either library holds back, as compressed bytes: a window not yet looked at and a block or two.
constexpr std::int64_t kHeldBack = std::int64_t{384} << 10;

// Bytes that still fit, where `taken` bytes have become `given` ones and the next stage has room for `room`.
std::int64_t room_before_compression(std::int64_t room, std::int64_t taken, std::int64_t given) {
  const std::int64_t held = std::min(kHeldBack, std::max<std::int64_t>(most_compressed(taken) - given, 0));
  const std::int64_t left = room - held - kFrame;
  return left - left / 100;
}

class ZstdSink final : public ByteSink {
 public:
  ZstdSink(ByteSink& next, ZSTD_CCtx* context)
      : next_(next), context_(context), out_(ZSTD_CStreamOutSize(), '\0') {}

  Status write(std::string_view bytes) override {
    taken_ += static_cast<std::int64_t>(bytes.size());
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size) LAKEPORT_RETURN_IF_ERROR(step(in, ZSTD_e_continue));
    return {};
  }
  Status finish() override {
    ZSTD_inBuffer in{nullptr, 0, 0};
    do LAKEPORT_RETURN_IF_ERROR(step(in, ZSTD_e_end));
    while (left_ > 0);
    return next_.finish();
  }
  std::int64_t room() const override { return room_before_compression(next_.room(), taken_, given_); }

 private:
  Status step(ZSTD_inBuffer& in, ZSTD_EndDirective directive) {
    ZSTD_outBuffer out{out_.data(), out_.size(), 0};
    left_ = ZSTD_compressStream2(context_.get(), &out, &in, directive);
    if (ZSTD_isError(left_) != 0) {
      return fail(ErrorKind::kInternal, std::string("zstd does not compress: ") + ZSTD_getErrorName(left_));
    }
    given_ += static_cast<std::int64_t>(out.pos);
    return next_.write({out_.data(), out.pos});
  }

  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  ByteSink& next_;
  std::unique_ptr<ZSTD_CCtx, Free> context_;
  std::string out_;
  std::size_t left_ = 0;
  std::int64_t taken_ = 0;
  std::int64_t given_ = 0;
};

class GzipSink final : public ByteSink {
 public:
  explicit GzipSink(ByteSink& next) : next_(next), out_(kChunk, '\0') {}
  ~GzipSink() override { deflateEnd(&stream_); }
  GzipSink(const GzipSink&) = delete;
  GzipSink& operator=(const GzipSink&) = delete;

  Status start() {
    if (deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, kGzipWindow, MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      return fail(ErrorKind::kInternal, "zlib does not start");
    }
    return {};
  }
  Status write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::string_view part = bytes.substr(0, kChunk);
      bytes.remove_prefix(part.size());
      LAKEPORT_RETURN_IF_ERROR(deflate_all(part, Z_NO_FLUSH));
    }
    return {};
  }
  Status finish() override {
    LAKEPORT_RETURN_IF_ERROR(deflate_all({}, Z_FINISH));
    return next_.finish();
  }
  std::int64_t room() const override { return room_before_compression(next_.room(), taken_, given_); }

 private:
  Status deflate_all(std::string_view bytes, int flush) {
    taken_ += static_cast<std::int64_t>(bytes.size());
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
      stream_.avail_out = static_cast<uInt>(out_.size());
      if (deflate(&stream_, flush) == Z_STREAM_ERROR) {
        return fail(ErrorKind::kInternal, "zlib does not compress");
      }
      const std::size_t size = out_.size() - stream_.avail_out;
      given_ += static_cast<std::int64_t>(size);
      LAKEPORT_RETURN_IF_ERROR(next_.write({out_.data(), size}));
    } while (stream_.avail_out == 0);
    return {};
  }

  ByteSink& next_;
  z_stream stream_{};
  std::string out_;
  std::int64_t taken_ = 0;
  std::int64_t given_ = 0;
};

// Reads compressed bytes piece by piece; what the two libraries have in common.
class DecompressingSource : public ByteSource {
 public:
  DecompressingSource(std::unique_ptr<ByteSource> from, std::string name)
      : from_(std::move(from)), name_(std::move(name)), in_(kChunk, '\0') {}

  Result<std::size_t> read(std::span<char> out) final {
    while (true) {
      if (at_ == size_ && !ended_) {
        LAKEPORT_ASSIGN_OR_RETURN(size_, from_->read(in_));
        at_ = 0;
        ended_ = size_ == 0;
        any_ = any_ || size_ > 0;
      }
      LAKEPORT_ASSIGN_OR_RETURN(const std::size_t count, decompress(out));
      if (count > 0) return count;
      if (ended_ && at_ == size_) {
        if (any_ && at_boundary()) return std::size_t{0};
        return fail(ErrorKind::kInvalidInput, any_ ? "was cut: its " + name_ + " stream does not end"
                                                   : "is empty, which no " + name_ + " file is");
      }
    }
  }

 protected:
  // Takes from input() what fills `out`, or all of it, and says how many bytes it made.
  virtual Result<std::size_t> decompress(std::span<char> out) = 0;
  // Whether the stream may end here.
  virtual bool at_boundary() const = 0;

  std::string_view input() const { return {in_.data() + at_, size_ - at_}; }
  void consume(std::size_t count) { at_ += count; }
  tl::unexpected<Error> damaged(const std::string& why) const {
    return fail(ErrorKind::kInvalidInput,
                "is no " + name_ + " file, or was changed, or its key is another file's (" + why + ")");
  }

 private:
  std::unique_ptr<ByteSource> from_;
  std::string name_;
  std::string in_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  bool ended_ = false;
  bool any_ = false;
};

class ZstdSource final : public DecompressingSource {
 public:
  ZstdSource(std::unique_ptr<ByteSource> from, ZSTD_DCtx* context)
      : DecompressingSource(std::move(from), "zstd"), context_(context) {}

 protected:
  Result<std::size_t> decompress(std::span<char> out) override {
    const std::string_view bytes = input();
    // After a whole frame zstd would ask for the next one's head.
    if (bytes.empty() && boundary_) return std::size_t{0};
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    ZSTD_outBuffer to{out.data(), out.size(), 0};
    const std::size_t left = ZSTD_decompressStream(context_.get(), &to, &in);
    if (ZSTD_isError(left) != 0) return damaged(ZSTD_getErrorName(left));
    boundary_ = left == 0;
    consume(in.pos);
    return to.pos;
  }
  bool at_boundary() const override { return boundary_; }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  bool boundary_ = false;
};

class GzipSource final : public DecompressingSource {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> from) : DecompressingSource(std::move(from), "gzip") {}
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  Status start() {
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) return fail(ErrorKind::kInternal, "zlib does not start");
    return {};
  }

 protected:
  Result<std::size_t> decompress(std::span<char> out) override {
    const std::string_view bytes = input();
    if (boundary_) {
      if (bytes.empty()) return std::size_t{0};
      inflateReset(&stream_);
      boundary_ = false;
    }
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib only reads it
    stream_.avail_in = static_cast<uInt>(bytes.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), kMostAtOnce));
    const uInt room = stream_.avail_out;
    const int answer = inflate(&stream_, Z_NO_FLUSH);
    if (answer != Z_OK && answer != Z_STREAM_END && answer != Z_BUF_ERROR) {
      return damaged(stream_.msg != nullptr ? stream_.msg : "zlib error " + std::to_string(answer));
    }
    boundary_ = answer == Z_STREAM_END;
    consume(bytes.size() - stream_.avail_in);
    return static_cast<std::size_t>(room - stream_.avail_out);
  }
  bool at_boundary() const override { return boundary_; }

 private:
  static constexpr std::size_t kMostAtOnce = std::size_t{1} << 30;
  z_stream stream_{};
  bool boundary_ = false;
};

}  // namespace

Result<std::unique_ptr<ByteSink>> compress_into(ByteSink& next, Compression compression) {
  if (compression == Compression::kZstd) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    if (context == nullptr) return fail(ErrorKind::kInternal, "zstd does not start");
    auto sink = std::make_unique<ZstdSink>(next, context);
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kZstdLevel);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    return sink;
  }
  if (compression == Compression::kGzip) {
    auto sink = std::make_unique<GzipSink>(next);
    LAKEPORT_RETURN_IF_ERROR(sink->start());
    return sink;
  }
  return nullptr;
}

Result<std::unique_ptr<ByteSource>> decompress_from(std::unique_ptr<ByteSource> from,
                                                    Compression compression) {
  if (compression == Compression::kZstd) {
    ZSTD_DCtx* context = ZSTD_createDCtx();
    if (context == nullptr) return fail(ErrorKind::kInternal, "zstd does not start");
    return std::make_unique<ZstdSource>(std::move(from), context);
  }
  if (compression == Compression::kGzip) {
    auto source = std::make_unique<GzipSource>(std::move(from));
    LAKEPORT_RETURN_IF_ERROR(source->start());
    return source;
  }
  return from;
}

}  // namespace lakeport::batchfile
