import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { AmountKind, RemoteApi } from "../../provider";
import { pulumiMocks } from "../../testing";

describe("The mocks for tests of a program", () => {
  it("let the components be declared, with outputs like AWS's, and list what was declared", async () => {
    const mocks = pulumiMocks({ region: "eu-central-1" });
    await pulumi.runtime.setMocks(mocks, "project", "stack");
    const sequence = new RemoteApi("sequence", {
      accessToken: pulumi.secret("an-access-token"),
      ceilingCents: 500_000,
      amounts: { rent: { kind: AmountKind.Fixed, cents: 150_000 } },
      triggers: {
        payday: {
          ruleId: "ru_12345",
          apiSecret: pulumi.secret("an-api-secret"),
          schedule: "cron(0 9 1,15 * ? *)",
          timezone: "America/New_York",
        },
      },
      alarmEmail: "you@example.com",
    });
    const urls = await new Promise<Record<string, string>>((resolve) => sequence.amountUrls.apply(resolve));
    assert.match(
      urls.rent ?? "",
      /^https:\/\/\S+\.execute-api\.eu-central-1\.amazonaws\.com\/amounts\/rent\/[\w-]{43}$/,
    );
    const types = mocks.declared.map(({ type }) => type);
    assert.ok(types.includes("aws:scheduler/schedule:Schedule") && types.includes("aws:lambda/function:Function"));
    const schedule = mocks.declared.find(
      ({ name }) => name.endsWith("payday-schedule") || name.endsWith("schedule-payday"),
    );
    assert.equal(schedule?.inputs.scheduleExpression, "cron(0 9 1,15 * ? *)");
  });
});
