import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { loadCampaign } from "./support";

describe("the campaign", function () {
  this.timeout(240_000);
  let campaign: Awaited<ReturnType<typeof loadCampaign>>;
  before(async () => {
    campaign = await loadCampaign();
  });

  it("comes to the same, to the byte, at every run of a seed, and to something else with another", async () => {
    const [run] = campaign.runsOf(11, 300, 0.3);
    const [other] = campaign.runsOf(12, 300, 0.3);
    assert.ok(run && other);
    const first = await campaign.runWorld(run);
    assert.deepEqual((await campaign.runWorld(run)).counts, first.counts);
    assert.equal((await campaign.runWorld(run)).fingerprint, first.fingerprint);
    assert.notEqual((await campaign.runWorld(other)).fingerprint, first.fingerprint);
  });

  it("keeps every promise in every mode of Sequence that has one", async () => {
    for (const run of campaign.runsOf(3, 400, 0.3)) {
      const { counts, broken } = await campaign.runWorld(run);
      assert.equal(counts.occurrences, 40);
      assert.equal(counts.events, 8);
      assert.ok(counts.amountsAsked >= counts.executedOnce, "an execution asks for an amount");
      for (const name of campaign.promisesOf(run.setting))
        assert.equal(counts[name], 0, `${campaign.titleOfSetting(run.setting)}: ${name} ${JSON.stringify(broken)}`);
    }
  });

  it("keeps them under each fault alone, which does occur", async () => {
    // Some faults strike only where something else went wrong before.
    const failing = ["people: switch the rule off and on", "people: revoke the secret and restore it"];
    const before = (title: string) => {
      if (/^(SNS|SQS|people: redrive)/.test(title)) return failing;
      if (title.startsWith("note of what was skipped")) return ["stop switch: set until the time for tries is over"];
      if (/^event: sent under/.test(title)) return ["people: rename the trigger and deploy"];
      return title.startsWith("pace's note") ? ["network: a burst of 429 without Retry-After"] : [];
    };
    const run = campaign.runsOf(8, 150, 0.5).find(({ plan }) => plan.triggers.some(({ asks }) => asks));
    assert.ok(run);
    for (const title of campaign.FAULT_TITLES) {
      const kinds = [title, ...before(title)];
      const { counts, faults } = await campaign.runWorld({ ...run, maxAgeMinutes: 60, faults: { rate: 0.8, kinds } });
      assert.ok((faults.get(title) ?? 0) > 0, `${title} never occurred`);
      for (const name of campaign.FORBIDDEN) assert.equal(counts[name], 0, `${title}: ${name}`);
    }
  });

  it("shows that the promises end where Sequence works on for longer than the pause", async () => {
    const run = campaign.runsOf(1, 2_000, 0.3).find(({ setting: { mode } }) => mode.worksOnSeconds > 60);
    assert.ok(run && !run.setting.promised);
    const { counts } = await campaign.runWorld({ ...run, maxAgeMinutes: 360 });
    assert.ok(counts.executedTwice > 0);
  });

  it("executes twice from two stacks only where Sequence forgets, or doesn't tell requests apart", async () => {
    const runs = campaign.runsOf(1, 1_500, 0.3).filter(({ setting }) => setting.secondStack);
    assert.equal(runs.length, 6);
    for (const run of runs) {
      const { counts } = await campaign.runWorld(run);
      for (const name of campaign.promisesOf(run.setting)) assert.equal(counts[name], 0, name);
      const { mode, promised } = run.setting;
      if (!promised) assert.ok(counts.executedTwice > 0, mode.name);
    }
  });

  it("tells the story of docs/reliability.md at the fault that is named there", async () => {
    const page = readFileSync("docs/reliability.md", "utf8");
    const [, occurrences, seed, step] = page.match(/--occurrences (\d+) --replay (\d+):(\d+)/)?.map(Number) ?? [];
    const times = [...page.matchAll(/^\| (\d\d:\d\d:\d\d) \|/gm)].map(([, time]) => time);
    assert.ok(occurrences && seed && times.length > 0);
    let stepsBefore = 0;
    for (const run of campaign.runsOf(seed, occurrences, 0.3)) {
      const { story } = await campaign.runWorld({ ...run, stepsBefore, kept: true });
      const strike = story.strikes.find((one) => one.step === step);
      stepsBefore += story.strikes.length;
      if (!strike) continue;
      const told = story.of(strike.subject).join("\n");
      for (const time of times)
        assert.ok(told.includes(`T${time}.`), `${time} isn't in the story of ${seed}:${step}:\n${told}`);
      return assert.match(told, /occurrence\.executed.*occurrence\.duplicate \(executed\)/s);
    }
    assert.fail(`seed ${seed} has no fault ${step}`);
  });

  it("stops at a fault, and tells how everything is then", async () => {
    const [run] = campaign.runsOf(1, 200, 0.3);
    assert.ok(run);
    const { strikes } = (await campaign.runWorld(run)).story;
    const stopAt = strikes.find(({ step, subject }) => step >= 20 && subject.includes("@"))?.step as number;
    const { stop, story } = await campaign.runWorld({ ...run, kept: true, stopAt });
    assert.equal(stop?.fault.step, stopAt);
    assert.ok(story.strikes.length < stopAt + 10, "the world goes on no longer than that moment");
    assert.match(stop.story.at(-1) ?? "", new RegExp(`FAULT ${stopAt}: `));
    const state = stop.state.join("\n");
    assert.match(
      state,
      /^due at 2027-.*Sequence has executed it \d times.*the ledger has .*the work queue has \d+ messages/s,
    );
  });

  it("executes and tells more than the usual ways under the same faults, and nothing twice", async () => {
    const compared = await campaign.comparePeers(2, 150, 0.3);
    assert.equal(compared.length, 8);
    for (const { name, mode, counts } of compared) {
      const isOwn = name.startsWith("sequence-remote-api");
      assert.equal(counts.lost > 0, !isOwn, `${name}: ${counts.lost} lost`);
      // A careful user's key is the same at every try, so that it depends on Sequence's memory alone.
      const isSafe = isOwn || (name.startsWith("Powertools") && mode.name === "remembers keys");
      assert.equal(counts.executedTwice > 0, !isSafe, `${name}: ${counts.executedTwice} twice`);
    }
  });

  it("goes wrong without each protection, and only then", async () => {
    for (const { protection, withIt, withoutIt } of await campaign.runProtections(60, 0.6)) {
      const { name, shownBy } = protection;
      assert.ok(withoutIt[shownBy] > withIt[shownBy], `${name}: ${withoutIt[shownBy]} ${shownBy} without it`);
      for (const forbidden of campaign.FORBIDDEN) assert.equal(withIt[forbidden], 0, `${name}: ${forbidden} with it`);
    }
  });

  it("shortens a failure to the faults that it takes, of a schedule's occurrence and of an event", async () => {
    const run = campaign.runsOf(1, 500, 0.3).find(({ setting }) => setting.mode.name === "forgets keys at once");
    assert.ok(run);
    const { broken } = await campaign.runWorld(run);
    const isEvent = ({ subject }: { subject: string }) => subject.includes("@invoice-");
    for (const failed of [broken.find((one) => !isEvent(one)), broken.find(isEvent)]) {
      assert.ok(failed, "nothing went wrong where Sequence forgets keys and the stack relies on them");
      const { faults, story } = await campaign.shortest(run, failed);
      assert.ok(faults.length <= 3, faults.join("; "));
      assert.equal(story.filter((line) => line.includes("Sequence executes")).length, 2, story.join("\n"));
    }
  });
});
