/** `text` when it is a web address; a link with another scheme (javascript:, data:) is never drawn. */
export function webAddress(text: string | undefined): string | null {
  if (!text) return null;
  try {
    const { protocol } = new URL(text);
    return protocol === "https:" || protocol === "http:" ? text : null;
  } catch {
    return null;
  }
}
