import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import { UserError } from "./userError";

/** A Pulumi project as its Pulumi.yaml describes it. */
export interface Project {
  readonly name: string;
  /** Its Pulumi.yaml. */
  readonly file: string;
  /** The folder of Pulumi.yaml. */
  readonly directory: string;
  /** The folder or file of the program. */
  readonly program: string;
  /** The folder of the program: where Node looks for its packages, and where files that it names are looked for. */
  readonly programDirectory: string;
}

/**
 * Reads the Pulumi.yaml of `directory` or of the nearest folder above it, as `pulumi up` does.
 *
 * @throws UserError if there is none, it can't be read, or its program isn't one for Node.js.
 */
export function readProject(directory: string): Project {
  if (!statSync(resolve(directory), { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`there is no folder ${resolve(directory)}. Name the folder of a Pulumi program with --cwd.`);
  const file = findUpwards(resolve(directory));
  if (!file)
    throw new UserError(
      `there is no Pulumi.yaml in ${resolve(directory)} or a folder above it. Run this in the folder of a Pulumi program, or name the folder with --cwd.`,
    );
  const content = parseManifest(file);
  const name = content.name;
  if (typeof name !== "string") throw new UserError(`${file}: "name" is missing. Give the project a name.`);
  const runtime = typeof content.runtime === "object" ? content.runtime?.name : content.runtime;
  if (runtime !== "nodejs")
    throw new UserError(
      `${file}: the sandbox runs programs with "runtime: nodejs"; this one says ${JSON.stringify(runtime)}. Deploy it with "pulumi up" instead.`,
    );
  const program = resolve(dirname(file), content.main ?? ".");
  if (!existsSync(program))
    throw new UserError(`${file}: "main" names ${program}, which doesn't exist. Correct "main" or make the program.`);
  const programDirectory = statSync(program).isDirectory() ? program : dirname(program);
  return { name, file, directory: dirname(file), program, programDirectory };
}

interface Manifest {
  readonly name?: unknown;
  readonly main?: string;
  readonly runtime?: string | { readonly name?: string };
}

function parseManifest(file: string): Manifest {
  try {
    return (parse(readFileSync(file, "utf8")) ?? {}) as Manifest;
  } catch (error) {
    throw new UserError(`${file} can't be read: ${(error as Error).message}`);
  }
}

function findUpwards(directory: string): string | undefined {
  for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
    const file = join(directory, name);
    if (existsSync(file)) return file;
  }
  const parent = dirname(directory);
  return parent === directory ? undefined : findUpwards(parent);
}
