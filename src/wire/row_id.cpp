#include "row_id.h"

#include <bit>
#include <cmath>
#include <limits>
#include <new>

#include <xxhash.h>

#include "decimal.h"

namespace lakeport::wire {
namespace {

// What no longer goes into one buffer is hashed piece by piece.
constexpr std::size_t kLargeBytes = 4096;

template <class T>
void append_raw(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

std::uint64_t canonical_bits(double value) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  return std::bit_cast<std::uint64_t>(value);
}

}  // namespace

// The library's own state, under a name that the header can have.
struct RowIdHasher::Stream {
  XXH3_state_t* state() { return reinterpret_cast<XXH3_state_t*>(this); }
  static Stream* create() { return reinterpret_cast<Stream*>(XXH3_createState()); }
};

void RowIdHasher::FreeStream::operator()(Stream* stream) const { XXH3_freeState(stream->state()); }

void RowIdHasher::add(std::string_view name, const Value& value) {
  if (value.kind == ValueKind::kNull) return;
  append_raw(pending_, static_cast<std::uint32_t>(name.size()));
  pending_ += name;
  switch (value.kind) {
    case ValueKind::kNull:
      break;
    case ValueKind::kBool:
      pending_ += value.integer != 0 ? "b1" : "b0";
      break;
    case ValueKind::kShort:
    case ValueKind::kInt:
    case ValueKind::kLong:
      pending_ += 'i';
      append_raw(pending_, value.integer);
      break;
    case ValueKind::kFloat:
    case ValueKind::kDouble:
      pending_ += 'd';
      append_raw(pending_, canonical_bits(value.floating));
      break;
    case ValueKind::kNaiveDate:
      pending_ += 'D';
      append_raw(pending_, days_of(value.integer));
      break;
    case ValueKind::kNaiveDatetime:
    case ValueKind::kUtcDatetime:
    case ValueKind::kNaiveTime:
      pending_ += value.kind == ValueKind::kNaiveDatetime ? 'T'
                  : value.kind == ValueKind::kUtcDatetime ? 'U'
                                                          : 't';
      append_raw(pending_, value.integer);
      append_raw(pending_, value.nanos);
      break;
    case ValueKind::kDecimal: {
      pending_ += 'n';
      const auto decimal = parse_decimal(value.bytes);
      if (!decimal) {
        add_bytes(value.bytes);
        break;
      }
      // 1.50 and 1.5 are one value.
      Decimal shortest = *decimal;
      while (shortest.scale > 0 && shortest.digits % 10 == 0) {
        shortest.digits /= 10;
        --shortest.scale;
      }
      append_raw(pending_, shortest.digits);
      append_raw(pending_, shortest.scale);
      break;
    }
    case ValueKind::kBinary:
      pending_ += 'x';
      add_bytes(value.bytes);
      break;
    case ValueKind::kString:
    case ValueKind::kJson:
    case ValueKind::kXml:
      pending_ += 's';
      add_bytes(value.bytes);
      break;
  }
}

void RowIdHasher::add_bytes(std::string_view bytes) {
  append_raw(pending_, static_cast<std::uint64_t>(bytes.size()));
  if (pending_.size() + bytes.size() <= kLargeBytes) {
    pending_ += bytes;
    return;
  }
  if (stream_ == nullptr) stream_.reset(Stream::create());
  if (stream_ == nullptr) throw std::bad_alloc();
  if (!streaming_) XXH3_128bits_reset(stream_->state());
  streaming_ = true;
  XXH3_128bits_update(stream_->state(), pending_.data(), pending_.size());
  XXH3_128bits_update(stream_->state(), bytes.data(), bytes.size());
  pending_.clear();
}

unsigned __int128 RowIdHasher::finish() {
  XXH128_hash_t hash;
  if (streaming_) {
    XXH3_128bits_update(stream_->state(), pending_.data(), pending_.size());
    hash = XXH3_128bits_digest(stream_->state());
  } else {
    hash = XXH3_128bits(pending_.data(), pending_.size());
  }
  streaming_ = false;
  pending_.clear();
  return (static_cast<unsigned __int128>(hash.high64) << 64) | hash.low64;
}

void append_row_id(std::uint8_t* out, unsigned __int128 id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < kRowIdText; ++i) {
    const auto shift = static_cast<int>(4 * (kRowIdText - 1 - i));
    out[i] = static_cast<std::uint8_t>(kDigits[static_cast<std::size_t>(id >> shift) & 0xf]);
  }
}

}  // namespace lakeport::wire
