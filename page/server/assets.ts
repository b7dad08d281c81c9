import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  "page.js": "text/javascript; charset=utf-8",
  "page.css": "text/css; charset=utf-8",
};

/** Where the build puts what the browser loads: beside this file when it is compiled, else in dist/. */
const folders = [join(__dirname, "..", "browser"), join(__dirname, "..", "..", "dist", "page", "browser")];

/** A file that the browser loads. */
export function assetNamed(name: string): { content: string; type: string } | undefined {
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  const folder = folders.find((each) => existsSync(join(each, "page.js")));
  return type && folder ? { content: readFileSync(join(folder, name), "utf8"), type } : undefined;
}

/** The document, with the token that another site can't read. */
export function document(title: string, token: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escaped(title)} · sandbox</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="page-token" content="${token}">
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='16' cy='16' r='15' fill='%23116149'/%3E%3Cpath d='M9 12h11l-3-4M23 20H12l3 4' stroke='%23fff' stroke-width='3' fill='none'/%3E%3C/svg%3E">
<link rel="stylesheet" href="/assets/page.css">
</head>
<body>
<div id="page"><p class="loading">Loading the sandbox …</p></div>
<script type="module" src="/assets/page.js"></script>
<noscript>The page needs JavaScript. The terminal shows the same without it.</noscript>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
