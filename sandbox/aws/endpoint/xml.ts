/** An XML document of nested elements. Lists become `member` elements; what is undefined is left out. */
export function toXml(root: string, content: unknown): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(root, content)}`;
}

function element(name: string, content: unknown): string {
  if (content === undefined || content === null) return "";
  return `<${name}>${children(content)}</${name}>`;
}

function children(content: unknown): string {
  if (Array.isArray(content)) return content.map((entry) => element("member", entry)).join("");
  if (typeof content !== "object" || content === null) return escaped(String(content));
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join("");
}

function escaped(text: string): string {
  return (
    text
      // XML 1.0 has no way to write these.
      .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("\r", "&#13;")
  );
}
