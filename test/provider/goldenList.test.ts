import assert from "node:assert/strict";
import { join } from "node:path";
import { matchesSnapshot } from "../support/snapshot";
import { declaredQuickstart, quickstart } from "./quickstartProgram";
import { type Declared, declare, parentTypeOf } from "./support";

describe("the resources of the quickstart", () => {
  it("keep type, name and parent, because a change of one of them replaces a resource in every stack", async () => {
    const deployment = await declaredQuickstart();
    const lines = deployment.resources
      .filter(({ type }) => type !== "pulumi:pulumi:Stack")
      .map((resource) => `${resource.type} ${resource.name} < ${parentTypeOf(resource)}`);
    matchesSnapshot(join(__dirname, "snapshots", "quickstart-resources.txt"), lines.sort().join("\n"));
  });

  it("are the same in a preview", async () => {
    const list = ({ resources }: Declared) => resources.map(({ type, name }) => `${type} ${name}`).sort();
    const preview = await declare(() => quickstart(), { preview: true });
    assert.deepEqual(list(preview), list(await declaredQuickstart()));
  });
});
