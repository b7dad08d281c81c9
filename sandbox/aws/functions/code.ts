import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, sep } from "node:path";
import { type ArchiveFiles, AwsError } from "../types";

/** Writes the files of an archive below `folder`, which becomes the function's task root. */
export async function unpack(files: ArchiveFiles, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    const inside = normalize(path);
    if (isAbsolute(inside) || inside.split(sep).includes(".."))
      throw new AwsError("InvalidParameterValueException", `the archive has a file outside of itself: ${path}`);
    const target = join(folder, inside);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}

/** The digest of an archive's content: the same files give the same digest, in whatever order they come. */
export function codeSha256(files: ArchiveFiles): string {
  const digest = createHash("sha256");
  for (const path of Object.keys(files).sort())
    digest.update(`${path}\0${files[path]?.length}\0`).update(files[path] ?? "");
  return digest.digest("base64");
}
