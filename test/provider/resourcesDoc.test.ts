import assert from "node:assert/strict";
import { join } from "node:path";
import { resourcesDoc } from "../../build/resources-doc";
import { matchesSnapshot } from "../support/snapshot";
import { declaredQuickstart } from "./quickstartProgram";
import { root } from "./support";

describe("docs/resources.md", () => {
  const childrenOf = async () => (await declaredQuickstart()).resources.filter(({ custom }) => custom);

  it("says of every child of the quickstart what the code does", async () => {
    matchesSnapshot(join(root, "docs", "resources.md"), resourcesDoc("sequence", await childrenOf()));
  });

  it("can't leave a child out, or keep one that is gone", async () => {
    const children = await childrenOf();
    const [first] = children;
    assert.ok(first);
    assert.throws(
      () => resourcesDoc("sequence", [...children, { ...first, inputs: {}, name: "sequence-something-new" }]),
      /no reason in build\/resources-doc\.data\.ts for something-new/,
    );
    assert.throws(
      () =>
        resourcesDoc(
          "sequence",
          children.filter(({ name }) => name !== "sequence-triggers-ledger"),
        ),
      /no child for the reasons of triggers-ledger/,
    );
  });

  it("has everything in its picture that a policy names", async () => {
    const children = await childrenOf();
    const topic = children.find(({ name }) => name === "sequence-topic");
    assert.ok(topic);
    const policy = JSON.stringify({ Statement: [{ Action: "sqs:SendMessage", Resource: "arn:of:the:stage" }] });
    const stage = { ...topic, name: "sequence-amounts-stage", inputs: { policy }, state: { arn: "arn:of:the:stage" } };
    assert.throws(
      () => resourcesDoc("sequence", [...children.filter(({ name }) => name !== stage.name), stage]),
      /the picture in build\/resources-doc\.data\.ts lacks amounts-stage, which a policy names/,
    );
  });
});
