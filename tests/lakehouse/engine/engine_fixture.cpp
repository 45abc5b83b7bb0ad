#include "engine_fixture.h"

#include <cstdlib>
#include <regex>

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>

namespace lakeport::lakehouse {

namespace {

class AsWritten final : public Translator {
 public:
  Result<Translation> translate(std::string_view sql) override {
    return Translation{with_dollars(sql), false};
  }

 private:
  // `:name` is `$name` in DuckDB, `::` a cast in both.
  static std::string with_dollars(std::string_view sql) {
    // The translator names range()'s column.
    static const std::regex kRange(R"((FROM|,) range\(([^()]*)\))");
    auto text = std::regex_replace(std::string(sql), kRange, "$1 (SELECT range AS id FROM range($2))");
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
      const bool letter = std::isalpha(static_cast<unsigned char>(text[i + 1])) != 0;
      if (text[i] == ':' && letter &&
          (i == 0 || (text[i - 1] != ':' && text[i - 1] != '\'' && text[i - 1] != '}')))
        text[i] = '$';
    }
    return text;
  }
};

std::string email(const std::string& user) { return user + "@example.com"; }

}  // namespace

std::string to_text(const arrow::RecordBatch& batch, int column, std::int64_t row) {
  const auto scalar = batch.column(column)->GetScalar(row);
  if (!scalar.ok()) return "? " + scalar.status().message();
  if (!(*scalar)->is_valid) return "NULL";
  return (*scalar)->ToString();
}

Lakehouse::Lakehouse(bool translated) : translated_(translated) {
  std::string pattern = (std::filesystem::temp_directory_path() / "lakeport-engine-XXXXXX").string();
  folder_ = mkdtemp(pattern.data());
  open();
}

Lakehouse::Lakehouse(std::filesystem::path folder) : keeps_folder_(true), folder_(std::move(folder)) {
  open();
}

Lakehouse::~Lakehouse() {
  close();
  if (!keeps_folder_) std::filesystem::remove_all(folder_);
}

void Lakehouse::open(std::int64_t memory_limit_bytes) {
  metadata_ = store::Metadata::open((folder_ / "metadata.sqlite").string()).value();
  identity_ =
      Identity::open(*metadata_, {.host_url = "https://localhost", .seal_key = std::string(32, 'k')}).value();
  ASSERT_TRUE(identity_->bootstrap("admin@example.com"));
  catalog_ = Catalog::open(*metadata_, *identity_).value();
  ASSERT_TRUE(catalog_->bootstrap(caller("admin")));
  if (translated_) {
    translator_ = Translator::create({}).value();
  } else {
    translator_ = std::make_unique<AsWritten>();
  }
  EngineOptions options;
  options.file = folder_ / "metastore.duckdb";
  options.temporary_folder = folder_ / "tmp";
  options.memory_limit_bytes = memory_limit_bytes;
  auto engine = Engine::open(options, *identity_, *catalog_, *translator_);
  ASSERT_TRUE(engine) << engine.error().to_string();
  engine_ = *std::move(engine);
  const auto repaired = engine_->repair();
  ASSERT_TRUE(repaired) << repaired.error().to_string();
}

void Lakehouse::close() {
  engine_.reset();
  translator_.reset();
  catalog_.reset();
  identity_.reset();
  metadata_.reset();
}

std::int64_t Lakehouse::principal(const std::string& name, PrincipalKind kind) {
  if (const auto found = identity_->find_principal(name)) return found->id;
  const auto made = identity_->create_profile(caller("admin"), {.kind = kind, .name = name});
  EXPECT_TRUE(made) << made.error().to_string();
  return made->principal.id;
}

Caller Lakehouse::caller(const std::string& user) {
  const auto id = user == "admin" ? identity_->find_principal(email(user))->id
                                  : principal(email(user), PrincipalKind::kUser);
  return identity_->caller_for(id).value();
}

StatementContext& Lakehouse::session(const std::string& user) {
  const auto found = sessions_.find(user);
  if (found != sessions_.end()) return found->second;
  auto& session = sessions_[user];
  session.caller = caller(user);
  session.current_catalog = "main";
  session.current_schema = "default";
  return session;
}

void Lakehouse::refresh(const std::string& user) { session(user).caller = caller(user); }

void Lakehouse::join(const std::string& user, const std::string& group) {
  const auto id = principal(email(user), PrincipalKind::kUser);
  const auto joined = identity_->change_profile(caller("admin"), principal(group, PrincipalKind::kGroup),
                                                {.add_members = {id}});
  EXPECT_TRUE(joined) << joined.error().to_string();
  refresh(user);
}

Answer Lakehouse::run(const std::string& user, const std::string& sql) {
  Answer answer;
  auto execution = engine_->execute(sql, session(user), {});
  if (!execution) {
    answer.error = execution.error().to_string();
    answer.kind = execution.error().kind();
    return answer;
  }
  const auto& columns = (*execution)->columns();
  for (const auto& column : columns)
    answer.header += (answer.header.empty() ? "" : " | ") + column.name + " " + column.type;
  while (true) {
    const auto batch = (*execution)->next();
    if (!batch) {
      answer.error = batch.error().to_string();
      answer.kind = batch.error().kind();
      return answer;
    }
    if (!*batch) break;
    for (std::int64_t row = 0; row < (*batch)->num_rows(); ++row) {
      std::string text;
      for (int column = 0; column < (*batch)->num_columns(); ++column)
        text += (column > 0 ? " | " : "") + to_text(**batch, column, row);
      answer.rows.push_back(std::move(text));
    }
  }
  answer.ok = true;
  answer.modified_rows = (*execution)->modified_rows();
  return answer;
}

Answer Lakehouse::must(const std::string& user, const std::string& sql) {
  auto answer = run(user, sql);
  EXPECT_TRUE(answer.ok) << user << ": " << sql << "\n" << answer.error;
  return answer;
}

void Lakehouse::grant(const std::string& privilege, SecurableKind kind, const std::string& full_name,
                      const std::string& name, bool add) {
  const bool group = name.starts_with("group:");
  const auto id =
      group ? principal(name.substr(6), PrincipalKind::kGroup) : principal(email(name), PrincipalKind::kUser);
  Catalog::GrantChange change;
  change.principal = group ? name.substr(6) : email(name);
  static_cast<void>(id);
  (add ? change.add : change.remove).push_back(privilege_from_string(privilege).value());
  const auto done = catalog_->change_grants(caller("admin"), kind, full_name, {change});
  ASSERT_TRUE(done) << done.error().to_string();
}

}  // namespace lakeport::lakehouse
