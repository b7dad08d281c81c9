import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import type { ArchiveFiles } from "../aws/types";
import { markedSecret } from "./pulumiInternals";

/** The inputs of a resource, made plain. */
export interface PlainInputs {
  readonly values: Record<string, unknown>;
  readonly archives: Record<string, ArchiveFiles>;
  /** The top-level inputs in which there is a secret. */
  readonly secretKeys: readonly string[];
}

/** Takes the secret marks off and unpacks the archives. */
export async function plainInputs(inputs: Record<string, unknown>, sdk: typeof pulumi): Promise<PlainInputs> {
  const secretKeys: string[] = [];
  const values: Record<string, unknown> = {};
  const archives: Record<string, ArchiveFiles> = {};
  for (const [key, marked] of Object.entries(inputs)) {
    const secrets = { found: false };
    const value = unmark(marked, secrets);
    if (secrets.found) secretKeys.push(key);
    values[key] = value;
    if (sdk.asset.Archive.isInstance(value)) archives[key] = await filesOf(value);
  }
  return { values, archives, secretKeys };
}

function unmark(value: unknown, secrets: { found: boolean }): unknown {
  if (Array.isArray(value)) return value.map((element) => unmark(element, secrets));
  if (typeof value !== "object" || value === null) return value;
  const secret = markedSecret(value);
  if (secret) {
    secrets.found = true;
    return unmark(secret.value, secrets);
  }
  // Assets and archives are class instances; they are read as they are.
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, unmark(element, secrets)]));
}

type AnyArchive = { path?: Promise<string>; assets?: Promise<Record<string, unknown>>; uri?: Promise<string> };

async function filesOf(archive: unknown): Promise<ArchiveFiles> {
  const { path, assets, uri } = archive as AnyArchive;
  if (uri) throw new Error("the sandbox takes no archive from a URL, because it calls nothing outside this machine");
  if (path) return filesBelow(await path);
  const files: Record<string, Buffer> = {};
  for (const [name, asset] of Object.entries((await assets) ?? {}))
    Object.assign(files, await filesOfAsset(name, asset));
  return files;
}

async function filesOfAsset(name: string, asset: unknown): Promise<Record<string, Buffer>> {
  const { path, text, assets } = asset as AnyArchive & { text?: Promise<string> };
  if (text !== undefined) return { [name]: Buffer.from(await text) };
  if (assets !== undefined)
    return Object.fromEntries(Object.entries(await filesOf(asset)).map(([file, bytes]) => [`${name}/${file}`, bytes]));
  if (path === undefined) throw new Error(`the sandbox can't read the asset ${name}: it is neither a file nor text`);
  const file = await path;
  if (statSync(file).isDirectory())
    return Object.fromEntries(Object.entries(filesBelow(file)).map(([inner, bytes]) => [`${name}/${inner}`, bytes]));
  return { [name]: readFileSync(file) };
}

function filesBelow(directory: string, prefix = ""): Record<string, Buffer> {
  if (!statSync(directory).isDirectory())
    throw new Error(`the sandbox unpacks no zip or tar file (${directory}): give a folder or an AssetArchive`);
  const files: Record<string, Buffer> = {};
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) Object.assign(files, filesBelow(path, `${prefix}${entry.name}/`));
    else files[`${prefix}${entry.name}`] = readFileSync(path);
  }
  return files;
}
