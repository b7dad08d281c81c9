import assert from "node:assert/strict";
import type { Transport } from "../../lambda/client/transport";
import type { AccountList } from "../../lambda/client/types";
import { loadCampaign } from "./support";

describe("the campaign of amounts", function () {
  this.timeout(120_000);
  let campaign: Awaited<ReturnType<typeof loadCampaign>>;
  before(async () => {
    campaign = await loadCampaign();
  });

  it("answers no wrong amount under any fault, and each occurs", async () => {
    const { counts, faults } = await campaign.runAmounts({ seed: 1, asked: 1_000, faults: { rate: 0.4 } });
    assert.equal(counts.wrongAmounts, 0);
    assert.equal(counts.amountsAsked, 1_000);
    assert.ok(counts.amountErrors > 0 && counts.amountErrors < 900, `${counts.amountErrors} errors`);
    for (const title of campaign.FAULT_TITLES_OF_AMOUNTS) assert.ok((faults.get(title) ?? 0) > 0, title);
  });

  it("answers every question while nothing is wrong", async () => {
    const { counts } = await campaign.runAmounts({ seed: 2, asked: 200, faults: { rate: 0 } });
    // Above the ceiling an error is right.
    assert.ok(counts.amountErrors < 30, `${counts.amountErrors} errors`);
    assert.equal(counts.wrongAmounts, 0);
  });

  it("goes wrong if a balance of one question serves another", async () => {
    let kept: Promise<AccountList> | undefined;
    const { counts } = await campaign.runAmounts({
      seed: 3,
      asked: 100,
      faults: { rate: 0 },
      client: (client) => ({
        getAccounts: (options) => {
          kept ??= client.getAccounts(options);
          return kept;
        },
      }),
    });
    assert.ok(counts.wrongAmounts > 0);
  });

  it("goes wrong if an unknown balance counts as 0", async () => {
    const zeroed =
      (transport: Transport): Transport =>
      async (request) => {
        const response = await transport(request);
        return { ...response, body: response.body.replace('"amountInDollars":null', '"amountInDollars":0') };
      };
    const faults = { rate: 0.5, kinds: ["accounts: the list has no balance"] };
    const right = await campaign.runAmounts({ seed: 4, asked: 100, faults });
    const wrong = await campaign.runAmounts({ seed: 4, asked: 100, faults, transport: zeroed });
    assert.equal(right.counts.wrongAmounts, 0);
    assert.ok(wrong.counts.wrongAmounts > 0);
  });

  it("has more errors without the single repetition after a closed connection", async () => {
    const faults = { rate: 0.5, kinds: ["accounts: the kept connection had been closed"] };
    const fresh =
      (transport: Transport): Transport =>
      async (request) => {
        try {
          return await transport(request);
        } catch (error) {
          throw Object.assign(error as Error, { staleSocket: false });
        }
      };
    const withIt = await campaign.runAmounts({ seed: 5, asked: 200, faults });
    const withoutIt = await campaign.runAmounts({ seed: 5, asked: 200, faults, transport: fresh });
    const errors = [withIt.counts.amountErrors, withoutIt.counts.amountErrors];
    assert.ok(withoutIt.counts.amountErrors > withIt.counts.amountErrors, errors.join(" and "));
  });
});
