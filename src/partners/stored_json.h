// What the hub keeps in the store as JSON documents, and reads again.
#pragma once

#include <string>
#include <string_view>

#include "lakeport/base/result.h"
#include "lakeport/partners/hub.h"

#include "connection_rows.h"

namespace lakeport::partners {

std::string choice_json(const StoredChoice& choice);
std::string connected_json(const Connected& connected);
// Everything but id and partner_id, which have columns or a field of their own.
std::string attempt_json(const Attempt& attempt);

// kInternal for a document that none of these wrote.
Result<StoredChoice> choice_from_json(std::string_view text);
Result<Connected> connected_from_json(std::string_view text);
Result<Attempt> attempt_from_json(std::string_view text);

}  // namespace lakeport::partners
