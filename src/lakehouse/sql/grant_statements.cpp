// GRANT, REVOKE, COMMENT ON, and how they name an object.
#include "statement_readers.h"

namespace lakeport::lakehouse {
namespace {

Result<Privilege> read_privilege(TokenCursor& cursor) {
  const std::size_t begin = cursor.index();
  const std::size_t offset = cursor.peek().offset;
  while (cursor.peek().kind == TokenKind::kWord && !cursor.at_word("ON")) cursor.take();
  if (cursor.index() == begin) return fail(cursor.unexpected("a privilege"));
  std::string text;
  const std::size_t end = cursor.index();
  cursor.rewind(begin);
  while (cursor.index() < end) text += (text.empty() ? "" : " ") + std::string(cursor.take().text);
  if (const auto privilege = privilege_from_string(text)) return *privilege;
  if (const auto all = privilege_from_string(text + " PRIVILEGES")) return *all;  // GRANT ALL
  return fail(syntax_error("there is no privilege " + text, cursor.sql(), offset));
}

// The first words of a securable, before its name.
struct Kind {
  std::initializer_list<std::string_view> words;
  SecurableKind kind;
  std::size_t most_parts;
};

}  // namespace

Result<Securable> read_securable(TokenCursor& cursor) {
  if (cursor.accept("METASTORE")) return Securable{SecurableKind::kMetastore, ""};
  const Kind kinds[] = {
      {{"EXTERNAL", "LOCATION"}, SecurableKind::kExternalLocation, 1},
      {{"STORAGE", "CREDENTIAL"}, SecurableKind::kStorageCredential, 1},
      {{"CATALOG"}, SecurableKind::kCatalog, 1},
      {{"SCHEMA"}, SecurableKind::kSchema, 2},
      {{"DATABASE"}, SecurableKind::kSchema, 2},
      {{"TABLE"}, SecurableKind::kTable, 3},
      {{"VIEW"}, SecurableKind::kTable, 3},
      {{"FUNCTION"}, SecurableKind::kFunction, 3},
      {{"VOLUME"}, SecurableKind::kVolume, 3},
      {{}, SecurableKind::kTable, 3},
  };
  for (const std::string_view known :
       {"ANY", "ANONYMOUS", "SHARE", "CONNECTION", "MATERIALIZED", "RECIPIENT"}) {
    if (cursor.at_word(known) && cursor.peek(1).kind == TokenKind::kWord) {
      return fail(cursor.unsupported("a privilege on " + std::string(known)));
    }
  }
  for (const Kind& kind : kinds) {
    const std::size_t words = kind.words.size();
    const TokenKind after = cursor.peek(words).kind;
    if (after != TokenKind::kWord && after != TokenKind::kQuotedName) continue;
    if (!cursor.accept(kind.words)) continue;
    const std::size_t offset = cursor.peek().offset;
    LAKEPORT_ASSIGN_OR_RETURN(const auto parts, cursor.name_parts("a name"));
    if (parts.size() > kind.most_parts) {
      return fail(
          syntax_error("the name " + joined_name(parts) + " has too many parts", cursor.sql(), offset));
    }
    return Securable{kind.kind, joined_name(parts)};
  }
  return fail(cursor.unexpected("CATALOG, SCHEMA, TABLE, VIEW or another object, and its name"));
}

Result<Statement> read_grant(TokenCursor& cursor, bool grant) {
  statement::GrantRevoke change;
  change.grant = grant;
  do {
    LAKEPORT_ASSIGN_OR_RETURN(const Privilege privilege, read_privilege(cursor));
    change.privileges.push_back(privilege);
  } while (cursor.accept_operator(","));
  LAKEPORT_RETURN_IF_ERROR(cursor.expect("ON"));
  LAKEPORT_ASSIGN_OR_RETURN(Securable securable, read_securable(cursor));
  change.kind = securable.kind;
  change.full_name = std::move(securable.full_name);
  LAKEPORT_RETURN_IF_ERROR(cursor.expect(grant ? "TO" : "FROM"));
  for (const std::string_view legacy : {"USER", "GROUP", "ROLE"}) {
    const TokenKind next = cursor.peek(1).kind;
    if (next == TokenKind::kWord || next == TokenKind::kQuotedName) cursor.accept(legacy);
  }
  if (cursor.peek().kind == TokenKind::kString) {
    LAKEPORT_ASSIGN_OR_RETURN(change.principal, cursor.string("a principal"));
  } else {
    LAKEPORT_ASSIGN_OR_RETURN(change.principal, cursor.name("a principal"));
  }
  if (cursor.at_word("WITH")) return fail(cursor.unsupported("WITH GRANT OPTION"));
  return change;
}

Result<Statement> read_comment(TokenCursor& cursor) {
  LAKEPORT_RETURN_IF_ERROR(cursor.expect("ON"));
  const auto read_text = [&]() -> Result<std::optional<std::string>> {
    LAKEPORT_RETURN_IF_ERROR(cursor.expect("IS"));
    if (cursor.accept("NULL")) return std::optional<std::string>();
    LAKEPORT_ASSIGN_OR_RETURN(std::string text, cursor.string("a comment in quotes or NULL"));
    return std::optional(std::move(text));
  };
  if (cursor.accept("COLUMN")) {
    const std::size_t offset = cursor.peek().offset;
    LAKEPORT_ASSIGN_OR_RETURN(std::vector<std::string> parts, cursor.name_parts("a column's name"));
    if (parts.size() < 2 || parts.size() > 4) {
      return fail(
          syntax_error("expected table.column instead of " + joined_name(parts), cursor.sql(), offset));
    }
    statement::AlterTable::ChangeColumn change;
    change.column = std::move(parts.back());
    parts.pop_back();
    LAKEPORT_ASSIGN_OR_RETURN(const auto text, read_text());
    change.comment = text.value_or("");
    statement::AlterTable alter;
    LAKEPORT_ASSIGN_OR_RETURN(alter.name, object_name(std::move(parts)));
    alter.change = std::move(change);
    return alter;
  }
  LAKEPORT_ASSIGN_OR_RETURN(Securable securable, read_securable(cursor));
  LAKEPORT_ASSIGN_OR_RETURN(auto text, read_text());
  return statement::Comment{securable.kind, std::move(securable.full_name), std::move(text)};
}

}  // namespace lakeport::lakehouse
