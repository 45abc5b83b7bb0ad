// embed.mjs FOLDER FILE: writes the built page in FOLDER as FILE, the definition of page_assets() (src/web_page).
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [folder, file] = process.argv.slice(2);
const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

// Three octal digits a byte: no digit that follows can be taken for a part of the escape.
const escapes = Array.from({ length: 256 }, (_, byte) =>
  byte >= 32 && byte < 127 && byte !== 34 && byte !== 92 && byte !== 63
    ? String.fromCharCode(byte)
    : "\\" + byte.toString(8).padStart(3, "0"),
);
function literal(bytes) {
  if (bytes.length === 0) return "{}";
  const lines = [];
  for (let start = 0; start < bytes.length; start += 120) {
    let line = "";
    for (const byte of bytes.subarray(start, start + 120)) line += escapes[byte];
    lines.push(`"${line}"`);
  }
  return `{${lines.join("\n")}, ${bytes.length}}`;
}
const smaller = (packed, plain) => (packed.length < plain.length * 0.95 ? packed : Buffer.alloc(0));

const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => "/" + relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
  .sort();

const rows = names.map((name) => {
  const type = types[extname(name)];
  if (!type) throw new Error(`embed.mjs: no content type for ${name}`);
  const plain = readFileSync(join(folder, name));
  const etag = createHash("sha256").update(plain).digest("hex").slice(0, 32);
  const brotli = brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
  });
  return `    {"${name}", "${type}", "\\"${etag}\\"", ${name.startsWith("/assets/")},
     ${literal(plain)},
     ${literal(smaller(gzipSync(plain, { level: 9 }), plain))},
     ${literal(smaller(brotli, plain))}},`;
});

writeFileSync(
  file,
  `// Made by web/embed.mjs.
#include "page_assets.h"

namespace lakeport::web_page {

namespace {
constexpr PageAsset kAssets[] = {
${rows.join("\n")}
};
}  // namespace

std::span<const PageAsset> page_assets() { return kAssets; }

}  // namespace lakeport::web_page
`,
);
