// The licences of the packages whose code is bundled into ours: they ask that their notices go with every copy.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes into `file` the notices of the packages that the bundled `inputs` are of. Throws if one has none. */
export function writeNotices(root, inputs, file) {
  const folders = new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input) ?? []));
  const named = new Map();
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const texts = readdirSync(join(root, folder)).filter((entry) => /^(licen[cs]e|notice)/i.test(entry));
    // Some have left the file out. Apache-2.0 is our own licence, so its text is in the package.
    if (texts.length === 0 && license !== "Apache-2.0")
      throw new Error(`${folder} is bundled under ${license}, and has no file with that licence`);
    const text =
      texts.map((entry) => readFileSync(join(root, folder, entry), "utf8").trim()).join("\n\n") ||
      "Has no file of its own; the text of Apache-2.0 is in LICENSE of this package.";
    named.set(text, [...(named.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const parts = [...named].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  writeFileSync(
    file,
    `Code of these packages is part of the files in this folder.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`,
  );
}
