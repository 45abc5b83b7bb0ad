// The quick way first, then the cache, then the helper.
#include <nlohmann/json.hpp>

#include "lakeport/lakehouse/dialect.h"

#include "embedded_functions.h"
#include "embedded_translate.h"
#include "quick_way.h"
#include "translation_cache.h"
#include "translator_process.h"

namespace lakeport::lakehouse {
namespace {

constexpr std::size_t kMostCachedBytes = 32U << 20;

std::string greeting() { return nlohmann::json({{"functions", kFunctionsText}}).dump(); }

// A string as the helper's library reads it: 'text' with backslashes and quotes escaped.
void append_plain_string(std::string& out, const Token& token) {
  out += '\'';
  for (const char c : string_value(token)) {
    if (c == '\\' || c == '\'') out += '\\';
    out += c;
  }
  out += '\'';
}

// The tokens with a space between them: what does not change the meaning is gone. Signs side by side stay so,
// because '>>' is not '> >'.
std::string cache_key(const std::vector<Token>& tokens) {
  std::string out;
  out.reserve(tokens.back().offset + tokens.size());
  const Token* last = nullptr;
  for (const Token& token : tokens) {
    const bool joined = last != nullptr && last->kind == TokenKind::kOperator &&
                        token.kind == TokenKind::kOperator &&
                        last->offset + last->text.size() == token.offset;
    if (!joined) out += ' ';
    if (token.kind == TokenKind::kString) {
      append_plain_string(out, token);
    } else {
      out += token.text;
    }
    last = &token;
  }
  return out;
}

// The statement for the helper: places stay where they are, so that its errors name the right ones. Comments
// become white space, strings are spelled plainly.
std::string for_helper(std::string_view sql, const std::vector<Token>& tokens) {
  std::string out;
  out.reserve(sql.size());
  std::size_t end = 0;
  for (const Token& token : tokens) {
    for (; end < token.offset; ++end) {
      const char c = sql[end];
      if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) out += c == '\n' ? '\n' : ' ';
    }
    if (token.kind == TokenKind::kString) {
      append_plain_string(out, token);
    } else if (!is_operator(token, ";")) {
      out += token.text;
    }
    end = token.offset + token.text.size();
  }
  return out;
}

class SqlTranslator : public Translator {
 public:
  explicit SqlTranslator(const Options& options)
      : deadline_(options.deadline),
        cache_(options.cache_entries, kMostCachedBytes),
        helper_(options.helper_command, kTranslateArchive, greeting()) {}

  Result<Translation> translate(std::string_view databricks_sql) override {
    return translate(databricks_sql, [] { return false; });
  }

  Result<Translation> translate(std::string_view databricks_sql,
                                const std::function<bool()>& cancelled) override {
    LAKEPORT_ASSIGN_OR_RETURN(const std::vector<Token> tokens, lex(databricks_sql));
    if (auto quick = translate_quickly(tokens)) return Translation{*std::move(quick), false};
    std::string key = cache_key(tokens);
    if (auto cached = cache_.find(key)) return Translation{*std::move(cached), true};
    LAKEPORT_ASSIGN_OR_RETURN(std::string translation, ask(for_helper(databricks_sql, tokens), cancelled));
    cache_.put(std::move(key), translation);
    return Translation{std::move(translation), true};
  }

 private:
  Result<std::string> ask(const std::string& sql, const std::function<bool()>& cancelled) {
    const std::string request = nlohmann::json({{"sql", sql}}).dump();
    LAKEPORT_ASSIGN_OR_RETURN(
        const std::string text,
        helper_.request(request, TranslatorProcess::Clock::now() + deadline_, cancelled));
    const nlohmann::json answer = nlohmann::json::parse(text, nullptr, false);
    if (answer.is_object()) {
      if (const auto found = answer.find("sql"); found != answer.end() && found->is_string()) {
        return found->get<std::string>();
      }
      const auto message = answer.find("message");
      if (message != answer.end() && message->is_string()) {
        const bool syntax = answer.value("kind", "") == "syntax";
        return fail(ErrorKind::kInvalidInput, message->get<std::string>(),
                    syntax ? "PARSE_SYNTAX_ERROR" : "UNSUPPORTED_FEATURE");
      }
    }
    return fail(ErrorKind::kInternal, "the SQL translator gave no answer that makes sense", "SQL translator");
  }

  std::chrono::milliseconds deadline_;
  TranslationCache cache_;
  TranslatorProcess helper_;
};

}  // namespace

std::vector<std::string> default_translation_helper() {
  return {LAKEPORT_TRANSLATOR_PYTHON, "-I"};  // -I: nothing of the user's or of the current folder
}

Result<std::unique_ptr<Translator>> Translator::create(Options options) {
  if (options.helper_command.empty()) options.helper_command = default_translation_helper();
  return std::unique_ptr<Translator>(std::make_unique<SqlTranslator>(options));
}

}  // namespace lakeport::lakehouse
