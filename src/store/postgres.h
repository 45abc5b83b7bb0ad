// One connection to the PostgreSQL of the metadata store: libpq behind RAII and values.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include "lakeport/base/result.h"
#include "lakeport/store/metadata.h"

namespace lakeport::store {

class Postgres {
 public:
  // A URL as libpq takes it. No message contains it, for its password's sake.
  static Result<std::unique_ptr<Postgres>> connect(const std::string& url);

  // Several statements, without parameters.
  Status run(const std::string& sql);
  struct Answer {
    std::vector<Row> rows;
    std::int64_t changed = 0;
  };
  // `sql` with $1, $2…
  Result<Answer> execute(const std::string& sql, const std::vector<Value>& parameters);

  // What the last failure means for the transaction around it.
  enum class Failure { kNone, kStatement, kSerialisation /* try it again */, kConnectionLost };
  Failure last_failure() const { return last_failure_; }
  // Nothing is open or lost: another may use it.
  bool idle() const;
  const std::string& place() const { return place_; }

 private:
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using ResultPointer = std::unique_ptr<PGresult, Clear>;

  Status check(const PGresult* result, std::string_view sql);

  std::unique_ptr<PGconn, Finish> connection_;
  std::string place_;
  Failure last_failure_ = Failure::kNone;
};

}  // namespace lakeport::store
