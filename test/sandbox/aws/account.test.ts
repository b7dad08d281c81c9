import assert from "node:assert/strict";
import { accountInvokes } from "../../../sandbox/aws/account";

describe("the account's provider functions", () => {
  const invokes = accountInvokes({ accountId: "123456789012", region: "us-east-1" });

  it("tell region, account and partition", () => {
    assert.equal(invokes["aws:index/getRegion:getRegion"]?.({}).region, "us-east-1");
    assert.equal(invokes["aws:index/getRegion:getRegion"]?.({ region: "eu-west-1" }).id, "eu-west-1");
    assert.equal(invokes["aws:index/getCallerIdentity:getCallerIdentity"]?.({}).accountId, "123456789012");
    assert.equal(invokes["aws:index/getPartition:getPartition"]?.({}).partition, "aws");
  });
});
