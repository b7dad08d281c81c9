import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** The functions that the build bundles (build/bundle.mjs). */
type BundledFunction = "amount" | "fixedAmount" | "trigger";

/**
 * The bundled function of the package. Found from this module's own folder, because a plugin runs in its consumer's working
 * directory; works from the sources and from `dist`.
 */
function bundledFunction(name: BundledFunction): string {
  const candidates = [
    join(__dirname, "..", "..", "functions", name, "index.js"),
    join(__dirname, "..", "..", "dist", "functions", name, "index.js"),
  ];
  const found = candidates.find((candidate) => existsSync(candidate));
  if (!found)
    throw new Error(
      `sequence-remote-api is not built: none of ${candidates.join(", ")} exists. Run "npm run build" in its folder.`,
    );
  return found;
}

/**
 * A function's archive: the bundle, its configuration, and further files by name. Made of an asset map, never of a zip: Pulumi
 * hashes a zip as raw bytes, dates included, so that every build would look like a change.
 */
export function functionArchive(
  name: BundledFunction,
  config: pulumi.Input<object>,
  files: Record<string, string> = {},
): pulumi.Output<pulumi.asset.Archive> {
  const bundle = bundledFunction(name);
  return pulumi.output(config).apply(
    (value) =>
      new pulumi.asset.AssetArchive({
        "index.js": new pulumi.asset.FileAsset(bundle),
        "config.json": new pulumi.asset.StringAsset(`${JSON.stringify(value, undefined, 2)}\n`),
        ...Object.fromEntries(Object.entries(files).map(([file, text]) => [file, new pulumi.asset.StringAsset(text)])),
      }),
  );
}
