// Runs the files in scripts/: SQL by users, and what each statement answers. See scripts/README.md.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine_fixture.h"

namespace lakeport::lakehouse {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> scripts() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator("tests/lakehouse/engine/scripts")) {
    if (entry.path().extension() == ".script") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

struct Block {
  std::size_t line = 0;
  std::string user, sql, expectation;
  std::vector<std::string> rows;
};

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

class ScriptTest : public testing::TestWithParam<fs::path> {
 protected:
  void run_file() {
    std::ifstream file(GetParam());
    std::string line;
    while (std::getline(file, line)) {
      ++line_;
      if (line.empty() || line.starts_with('#')) continue;
      if (line.starts_with('%')) {
        directive(line);
      } else if (line.starts_with('@')) {
        check(read_block(file, line.substr(1)));
      } else {
        FAIL() << GetParam() << ":" << line_ << ": neither a directive nor a statement: " << line;
      }
    }
  }

 private:
  void directive(const std::string& line) {
    std::istringstream words(replace_all(line, "{folder}", lakehouse_.folder().string()));
    std::string what;
    words >> what;
    if (what == "%join") {
      std::string user, group;
      words >> user >> group;
      lakehouse_.join(user, group);
    } else if (what == "%grant" || what == "%revoke") {
      std::string privilege, kind, name, principal;
      words >> privilege >> kind >> name >> principal;
      lakehouse_.grant(privilege, securable_kind_from_string(kind).value(), name, principal,
                       what == "%grant");
    } else if (what == "%schema") {
      std::string catalog, schema;
      words >> catalog >> schema;
      const auto made =
          lakehouse_.catalog().create_schema(lakehouse_.session("admin").caller, catalog, schema, "");
      ASSERT_TRUE(made) << made.error().to_string();
    } else if (what == "%catalog") {
      std::string catalog;
      words >> catalog;
      const auto made = lakehouse_.catalog().create_catalog(lakehouse_.session("admin").caller, catalog, "");
      ASSERT_TRUE(made) << made.error().to_string();
    } else if (what == "%use") {
      std::string user;
      words >> user;
      words >> lakehouse_.session(user).current_catalog >> lakehouse_.session(user).current_schema;
    } else if (what == "%zone") {
      std::string user;
      words >> user >> lakehouse_.session(user).time_zone;
    } else if (what == "%location") {
      ExternalLocation location;
      words >> location.name >> location.url;
      const auto made =
          lakehouse_.catalog().create_external_location(lakehouse_.session("admin").caller, location);
      ASSERT_TRUE(made) << made.error().to_string();
    } else if (what == "%file") {
      std::string path, content;
      words >> path;
      std::getline(words, content);
      fs::create_directories(fs::path(path).parent_path());
      std::ofstream(path) << replace_all(content.substr(1), "\\n", "\n");
    } else if (what == "%parameter") {
      std::string user;
      Parameter parameter;
      std::string value;
      words >> user >> parameter.name >> parameter.type;
      std::getline(words, value);
      if (parameter.name == "?") parameter.name.clear();
      if (!value.empty()) parameter.value = value.substr(1);
      lakehouse_.session(user).parameters.push_back(parameter);
    } else if (what == "%no-parameters") {
      std::string user;
      words >> user;
      lakehouse_.session(user).parameters.clear();
    } else if (what == "%function") {
      Function function;
      std::string name, parameter;
      words >> name >> function.return_type >> parameter;
      function.name = parse_object_name(name).value();
      if (const auto colon = parameter.find(':'); colon != std::string::npos)
        function.parameters.push_back(
            {parameter.substr(0, colon), parameter.substr(colon + 1), "", std::nullopt});
      std::getline(words >> std::ws, function.body);
      const auto made =
          lakehouse_.catalog().create_function(lakehouse_.session("admin").caller, function, false);
      ASSERT_TRUE(made) << made.error().to_string();
    } else if (what == "%restart") {
      lakehouse_.close();
      lakehouse_.open();
    } else {
      FAIL() << GetParam() << ":" << line_ << ": unknown directive " << what;
    }
  }

  Block read_block(std::istream& file, const std::string& user) {
    Block block;
    block.line = line_;
    block.user = user;
    std::string line;
    while (std::getline(file, line) && !line.empty()) {
      ++line_;
      if (!block.expectation.empty()) {
        block.rows.push_back(replace_all(line, "{folder}", lakehouse_.folder().string()));
      } else if (line.starts_with("---- ")) {
        block.expectation = line.substr(5);
      } else {
        block.sql += (block.sql.empty() ? "" : "\n") + line;
      }
    }
    ++line_;
    block.sql = replace_all(block.sql, "{folder}", lakehouse_.folder().string());
    return block;
  }

  void check(const Block& block) {
    SCOPED_TRACE(GetParam().string() + ":" + std::to_string(block.line) + ": " + block.user + ": " +
                 block.sql);
    const auto answer = lakehouse_.run(block.user, block.sql);
    if (block.expectation.starts_with("error")) {
      const auto text = block.expectation.substr(std::min<std::size_t>(6, block.expectation.size()));
      EXPECT_FALSE(answer.ok);
      EXPECT_THAT(answer.error, testing::HasSubstr(text));
      return;
    }
    EXPECT_TRUE(answer.ok) << answer.error;
    if (block.expectation == "ok") return;
    auto rows = block.rows;
    ASSERT_FALSE(rows.empty()) << "the columns are missing";
    EXPECT_EQ(answer.header, rows[0]);
    rows.erase(rows.begin());
    auto got = answer.rows;
    if (block.expectation == "any order") {
      std::sort(rows.begin(), rows.end());
      std::sort(got.begin(), got.end());
    } else {
      EXPECT_EQ(block.expectation, "rows");
    }
    EXPECT_THAT(got, testing::ElementsAreArray(rows));
  }

  Lakehouse lakehouse_;
  std::size_t line_ = 0;
};

TEST_P(ScriptTest, AnswersAsWritten) { run_file(); }

INSTANTIATE_TEST_SUITE_P(Scripts, ScriptTest, testing::ValuesIn(scripts()),
                         [](const auto& info) { return info.param.stem().string(); });

}  // namespace
}  // namespace lakeport::lakehouse
