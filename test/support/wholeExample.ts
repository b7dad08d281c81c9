import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Block } from "./docBlocks";

type Code = Pick<Block, "code">;

/** The file of an example, in a folder with those of all pages. One that names itself is called so. */
export function fileOf({ place, page, code }: Block): string {
  const named = /^\/\/ ([\w/]+\.ts)\n/.exec(code)?.[1];
  return `${page.replace(/\W/g, "-")}/${named ?? `line-${place.split(":")[1]}.ts`}`;
}

/**
 * An example as a whole module in a folder that has `readerFiles`. `{ ... }` and `// ...` stand for arguments, and properties alone are
 * some of a component's.
 */
export function whole({ code }: Code): string {
  if (isAmounts({ code })) return code;
  const module = code
    .replaceAll("{ ... }", "args")
    .replace(/^( +)\/\/ \.\.\.$/gm, "$1...others,")
    .replace(/^(\w+): (\{\n[\s\S]*?^\}),?$/gm, (_, name, value) => {
      const given = name === "triggers" || name === "amounts" ? `${name}: ${value}` : `triggers: { ${name}: ${value} }`;
      return `new RemoteApi("sequence", { ...args, ${given} });`;
    })
    .replace(/^const amounts = \{[\s\S]*?^\};$/gm, '$&\nnew RemoteApi("sequence", { ...args, amounts });');
  return `import "../globals";\n${module}export {};\n`;
}

/** Whether an example is a module of custom amounts, which runs in Lambda and has all that it needs. */
export function isAmounts({ code }: Code): boolean {
  return /^export const \w+ = amount\(/m.test(code);
}

/** Whether an example is a Pulumi program, or makes one with what a reader has. */
export function isProgram(example: Code): boolean {
  return whole(example).includes("new RemoteApi(");
}

/** Whether an example is a file of mocha's tests. */
export function isTest({ code }: Code): boolean {
  return /^ *it\(/m.test(code);
}

/** What a reader has, and a module that makes it global. `sandbox` is for the test that runs the example to set. */
export function readerFiles(): Record<string, string> {
  const reader = readFileSync(join(__dirname, "..", "fixtures", "reader.ts"), "utf8");
  const exported = /^export \{ (.+) \};$/m.exec(reader)?.[1]?.split(", ") ?? [];
  const own = [...reader.matchAll(/^export const (\w+)/gm)].map(([, name = ""]) => name);
  const globals = `import * as reader from "./reader";
Object.assign(globalThis, reader);
declare global {
  const sandbox: import("sequence-remote-api/testing").RunningSandbox;
${[...exported, ...own].map((name) => `  const ${name}: typeof reader.${name};\n`).join("")}}
`;
  return { "reader.ts": reader, "globals.ts": globals };
}
