#include "lakeport/lakehouse/dialect.h"

#include "quick_way.h"

namespace lakeport::lakehouse {
namespace {

class QuickTranslator : public Translator {
 public:
  Result<Translation> translate(std::string_view databricks_sql) override {
    LAKEPORT_ASSIGN_OR_RETURN(const std::vector<Token> tokens, lex(databricks_sql));
    if (auto quick = translate_quickly(tokens)) return Translation{*std::move(quick), false};
    return fail(ErrorKind::kUnsupported, "only plain statements are translated yet", "UNSUPPORTED_FEATURE");
  }
};

}  // namespace

Result<std::unique_ptr<Translator>> Translator::create(Options) {
  return std::unique_ptr<Translator>(std::make_unique<QuickTranslator>());
}

}  // namespace lakeport::lakehouse
