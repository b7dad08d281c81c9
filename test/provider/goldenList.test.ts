import assert from "node:assert/strict";
import { join } from "node:path";
import { matchesSnapshot } from "../support/snapshot";
import { quickstart } from "./quickstartProgram";
import { declare, parentTypeOf } from "./support";

describe("the resources of the quickstart", () => {
  it("keep type, name and parent, because a change of one of them replaces a resource in every stack", async () => {
    const deployment = await declare(() => quickstart());
    const lines = deployment.resources
      .filter(({ type }) => type !== "pulumi:pulumi:Stack")
      .map((resource) => `${resource.type} ${resource.name} < ${parentTypeOf(resource)}`);
    matchesSnapshot(join(__dirname, "snapshots", "quickstart-resources.txt"), lines.sort().join("\n"));
  });

  it("are the same in a preview", async () => {
    const list = async (preview: boolean) =>
      (await declare(() => quickstart(), { preview })).resources.map(({ type, name }) => `${type} ${name}`).sort();
    assert.deepEqual(await list(true), await list(false));
  });
});
