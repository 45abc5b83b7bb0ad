/** A file's bytes as base64, as JSON carries them. */
export async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const kChunk = 0x8000;
  let text = "";
  for (let start = 0; start < bytes.length; start += kChunk) {
    text += String.fromCharCode(...bytes.subarray(start, start + kChunk));
  }
  return btoa(text);
}
