// Owners for DuckDB's C handles: each destroys what it holds.
#pragma once

#include <utility>

#include <duckdb.h>

namespace lakeport::duckdb {

template <class Raw, auto destroy>
class Handle {
 public:
  Handle() = default;
  explicit Handle(Raw raw) : raw_(raw) {}
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept : raw_(std::exchange(other.raw_, Raw{})) {}
  Handle& operator=(Handle&& other) noexcept {
    if (this != &other) {
      reset();
      raw_ = std::exchange(other.raw_, Raw{});
    }
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Raw get() const { return raw_; }
  // Where a C function puts what this shall own; what was owned is destroyed before.
  Raw* out() {
    reset();
    return &raw_;
  }
  explicit operator bool() const { return raw_ != nullptr; }

  // What is held is not destroyed: it is somebody else's.
  void release() { raw_ = Raw{}; }

  void reset() {
    if (raw_ != nullptr) destroy(&raw_);
    raw_ = Raw{};
  }

 private:
  Raw raw_{};
};

inline void free_text(char** text) { duckdb_free(*text); }
inline void free_const_text(const char** text) {
  duckdb_free(
      const_cast<char*>(*text));  // NOLINT(cppcoreguidelines-pro-type-const-cast): the C API's own type
}

using DatabaseHandle = Handle<duckdb_database, duckdb_close>;
using ConnectionHandle = Handle<duckdb_connection, duckdb_disconnect>;
using ConfigHandle = Handle<duckdb_config, duckdb_destroy_config>;
using PreparedHandle = Handle<duckdb_prepared_statement, duckdb_destroy_prepare>;
using PendingHandle = Handle<duckdb_pending_result, duckdb_destroy_pending>;
using StatementsHandle = Handle<duckdb_extracted_statements, duckdb_destroy_extracted>;
using ChunkHandle = Handle<duckdb_data_chunk, duckdb_destroy_data_chunk>;
using LogicalTypeHandle = Handle<duckdb_logical_type, duckdb_destroy_logical_type>;
using ValueHandle = Handle<duckdb_value, duckdb_destroy_value>;
using ErrorDataHandle = Handle<duckdb_error_data, duckdb_destroy_error_data>;
using ConvertedSchemaHandle = Handle<duckdb_arrow_converted_schema, duckdb_destroy_arrow_converted_schema>;
using ArrowOptionsHandle = Handle<duckdb_arrow_options, duckdb_destroy_arrow_options>;
using TableFunctionHandle = Handle<duckdb_table_function, duckdb_destroy_table_function>;
using TextHandle = Handle<char*, free_text>;

// A result is a struct, not a pointer, in the C API.
class ResultHandle {
 public:
  ResultHandle() = default;
  ~ResultHandle() { duckdb_destroy_result(&raw_); }
  ResultHandle(ResultHandle&& other) noexcept : raw_(std::exchange(other.raw_, duckdb_result{})) {}
  ResultHandle& operator=(ResultHandle&& other) noexcept {
    if (this != &other) {
      duckdb_destroy_result(&raw_);
      raw_ = std::exchange(other.raw_, duckdb_result{});
    }
    return *this;
  }
  ResultHandle(const ResultHandle&) = delete;
  ResultHandle& operator=(const ResultHandle&) = delete;

  duckdb_result* get() { return &raw_; }

 private:
  duckdb_result raw_{};
};

}  // namespace lakeport::duckdb
