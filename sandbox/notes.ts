import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Project } from "./engine";

/** What works in the sandbox and wouldn't with `pulumi up`. */
export function notesOf({ programDirectory }: Project): readonly string[] {
  const manifest = manifestAbove(programDirectory);
  if (manifest === undefined || "@pulumi/pulumi" in manifest.dependencies) return [];
  return [
    `${manifest.file} doesn't list @pulumi/pulumi. It is found here all the same; "pulumi up" wouldn't find it: npm install @pulumi/pulumi`,
  ];
}

function manifestAbove(folder: string): { file: string; dependencies: object } | undefined {
  const file = join(folder, "package.json");
  if (existsSync(file))
    try {
      const { dependencies, devDependencies } = JSON.parse(readFileSync(file, "utf8"));
      return { file, dependencies: { ...dependencies, ...devDependencies } };
    } catch {
      return undefined;
    }
  return dirname(folder) === folder ? undefined : manifestAbove(dirname(folder));
}
