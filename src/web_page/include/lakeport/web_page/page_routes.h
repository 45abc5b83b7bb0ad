// The web page (web/), built by Vite and embedded into this program.
#pragma once

#include "lakeport/net/router.h"

namespace lakeport::web_page {

// GET of "/", of the page's own places ("/sign-in", "/partner-connect", "/platform", "/sql-editor",
// "/settings", each with everything below it), which all answer with the same document, and of "/assets/…".
// Nothing else: paths of APIs keep their 404s. The document's policy lets the browser load from this server
// only, run no inline script or style, and be framed by nobody.
void add_page_routes(net::Router& router);

}  // namespace lakeport::web_page
