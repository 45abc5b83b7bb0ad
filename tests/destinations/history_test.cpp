// WriteHistoryBatch: what each kind of file does to the versions of a row.
#include <gmock/gmock.h>

#include "served_destination.h"

namespace lakeport::destinations {
namespace {

using testing::ElementsAre;
using wire::DataType;

const wire::TableId kTable{"shop", "prices"};
constexpr const char* kVersions =
    "SELECT id, a, b, strftime(_fivetran_start, '%H:%M:%S.%g'), CASE WHEN _fivetran_end > TIMESTAMPTZ "
    "'9999-01-01' THEN 'max' "
    "ELSE strftime(_fivetran_end, '%H:%M:%S.%g') END, _fivetran_active FROM shop.prices ORDER BY id, "
    "_fivetran_start";
constexpr const char* kHeader = "id,a,b,_fivetran_start,_fivetran_end,_fivetran_active,_fivetran_synced\n";

std::string at(const std::string& time) { return "2024-01-01T" + time + "Z"; }

class HistoryTest : public ServedTest {
 protected:
  void SetUp() override {
    must(server_.client().create_table(kTable, {"prices",
                                                {{"id", DataType::kInt, true},
                                                 {"a", DataType::kString},
                                                 {"b", DataType::kInt},
                                                 {"_fivetran_start", DataType::kUtcDatetime, true},
                                                 {"_fivetran_end", DataType::kUtcDatetime},
                                                 {"_fivetran_active", DataType::kBoolean},
                                                 {"_fivetran_synced", DataType::kUtcDatetime}}}));
  }

  // One version as a line of a file; `end` empty for an active one.
  static std::string version(const std::string& id, const std::string& a, const std::string& b,
                             const std::string& start, const std::string& end = "") {
    return id + "," + a + "," + b + "," + at(start) + "," +
           (end.empty() ? "9999-12-31T23:59:59.999Z" : at(end)) + "," + (end.empty() ? "true" : "false") +
           "," + at("12:00:00") + "\n";
  }
  sdk::WriteHistoryBatchRequest request() { return batch<sdk::WriteHistoryBatchRequest>("shop", "prices"); }
  void write(const sdk::WriteHistoryBatchRequest& request) {
    must(server_.client().write_history_batch(request));
  }

  void load(const std::string& versions) {
    auto first = request();
    first.add_replace_files(csv(kHeader + versions));
    write(first);
  }
};

TEST_F(HistoryTest, EarliestStartClosesTheActiveVersionAndNewOnesFollow) {
  load(version("1", "one", "10", "01:00:00") + version("2", "two", "20", "01:00:00") +
       version("3", "three", "30", "01:00:00"));
  auto next = request();
  next.add_earliest_start_files(
      csv("id,_fivetran_start\n1," + at("02:00:00") + "\n9," + at("02:00:00") + "\n"));
  next.add_replace_files(csv(kHeader + version("1", "eins", "11", "02:00:00", "02:30:00") +
                             version("1", "un", "12", "02:30:00.001") +
                             version("9", "nine", "90", "02:00:00")));
  next.add_delete_files(csv("id,_fivetran_end\n3," + at("03:00:00") + "\n77," + at("03:00:00") + "\n"));
  for (int i = 0; i < 2; ++i) write(next);  // sent again: the same versions
  EXPECT_THAT(
      rows(kVersions),
      ElementsAre("1|one|10|01:00:00.000|01:59:59.999|false", "1|eins|11|02:00:00.000|02:30:00.000|false",
                  "1|un|12|02:30:00.001|max|true", "2|two|20|01:00:00.000|max|true",
                  "3|three|30|01:00:00.000|03:00:00.000|false", "9|nine|90|02:00:00.000|max|true"));
}

TEST_F(HistoryTest, EarliestStartInThePastRemovesLaterVersions) {
  load(version("1", "a", "1", "01:00:00", "01:59:59.999") +
       version("1", "b", "2", "02:00:00", "02:59:59.999") + version("1", "c", "3", "03:00:00") +
       version("2", "x", "9", "03:00:00"));
  auto next = request();
  next.add_earliest_start_files(csv("id,_fivetran_start\n1," + at("01:30:00") + "\n"));
  write(next);
  EXPECT_THAT(rows(kVersions),
              ElementsAre("1|a|1|01:00:00.000|01:29:59.999|false", "2|x|9|03:00:00.000|max|true"));
}

TEST_F(HistoryTest, UpdatesTakeWhatTheyDoNotSayFromTheVersionBefore) {
  load(version("1", "a", "1", "00:30:00", "00:59:59.999") + version("1", "b", "2", "01:00:00") +
       version("2", "x", kNull, "01:00:00"));
  auto next = request();
  next.add_earliest_start_files(csv("id,_fivetran_start\n1," + at("02:00:00") + "\n2," + at("02:00:00") +
                                    "\n5," + at("02:00:00") + "\n"));
  // Two versions of one row: the second keeps what the first has changed. Row 5 is not there.
  next.add_update_files(csv(kHeader + version("1", kUnmodified, "3", "02:00:00", "02:59:59.999") +
                            version("1", "c", kUnmodified, "03:00:00") +
                            version("2", kNull, kUnmodified, "02:00:00") +
                            version("5", kUnmodified, "1", "02:00:00")));
  for (int i = 0; i < 2; ++i) write(next);
  EXPECT_THAT(rows(kVersions),
              ElementsAre("1|a|1|00:30:00.000|00:59:59.999|false", "1|b|2|01:00:00.000|01:59:59.999|false",
                          "1|b|3|02:00:00.000|02:59:59.999|false", "1|c|3|03:00:00.000|max|true",
                          "2|x|NULL|01:00:00.000|01:59:59.999|false", "2|NULL|NULL|02:00:00.000|max|true"));
}

TEST_F(HistoryTest, ReplacedVersionsServeTheUpdatesOfTheSameBatch) {
  auto next = request();
  next.add_earliest_start_files(csv("id,_fivetran_start\n1," + at("01:00:00") + "\n"));
  next.add_replace_files(csv(kHeader + version("1", "a", "1", "01:00:00", "01:59:59.999")));
  next.add_update_files(csv(kHeader + version("1", "b", kUnmodified, "02:00:00")));
  write(next);
  EXPECT_THAT(rows(kVersions),
              ElementsAre("1|a|1|01:00:00.000|01:59:59.999|false", "1|b|1|02:00:00.000|max|true"));
}

TEST_F(HistoryTest, OneBadFileUndoesTheWholeBatch) {
  load(version("1", "a", "1", "01:00:00"));
  auto next = request();
  next.add_earliest_start_files(csv("id,_fivetran_start\n1," + at("00:30:00") + "\n"));
  next.add_replace_files(csv(kHeader + version("1", "b", "no number", "02:00:00")));
  EXPECT_FALSE(server_.client().write_history_batch(next));
  EXPECT_THAT(rows(kVersions), ElementsAre("1|a|1|01:00:00.000|max|true"));
}

TEST_F(HistoryTest, TablesWithoutHistoryColumnsAreRefused) {
  must(server_.client().create_table({"shop", "plain"}, {"plain", {{"id", DataType::kInt, true}}}));
  const auto refused =
      server_.client().write_history_batch(batch<sdk::WriteHistoryBatchRequest>("shop", "plain"));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().to_string(), testing::HasSubstr("not in history mode"));
}

}  // namespace
}  // namespace lakeport::destinations
