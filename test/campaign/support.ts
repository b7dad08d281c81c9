import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

type Api = typeof import("../../campaign/api");

/** The campaign in one file, as `npm run campaign` runs it: nothing in a run may depend on how long a module takes to load. */
export async function loadCampaign(): Promise<Api> {
  const { bundleCampaign } = (await import("../../build/campaign.mjs" as string)) as {
    bundleCampaign(name: string, outdir: string): Promise<string>;
  };
  const outdir = mkdtempSync(join(tmpdir(), "sequence-campaign-"));
  try {
    return require(await bundleCampaign("api", outdir)) as Api;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
