import assert from "node:assert/strict";
import type { Sandbox } from "../../../sandbox/sandbox";
import { ask, HOUR_MS, MINUTE_MS, PAYDAY, pass, startQuickstart, urlOf } from "../../endToEnd/support";

const DAY_MS = 24 * HOUR_MS;

describe("The quickstart's alarms, in a sandbox that runs all that is declared", () => {
  let sandbox: Sandbox;

  afterEach(() => sandbox?.stop());

  const start = async (startAt: number) => {
    sandbox = await startQuickstart({ strict: true, startAt });
  };
  /** The alarms in a state, without the component's name. */
  const inState = (wanted: string) =>
    sandbox.cloud.cloudWatch
      .alarms()
      .filter(({ state }) => state === wanted)
      .map(({ logicalName }) => logicalName.replace(/^.*-alarm-/, ""));
  const alarmMails = () =>
    sandbox.cloud.topics.mails.flatMap(
      ({ subject }) =>
        /^(ALARM|OK|INSUFFICIENT_DATA): "[^"]*-alarm-(.*)-[0-9a-f]{7}"/.exec(subject)?.slice(1, 3).join(" ") ?? [],
    );

  it("are all quiet after a payday and a daily check", async () => {
    await start(PAYDAY - DAY_MS);
    await sandbox.runUntilTriggered();
    await pass(sandbox, 2 * DAY_MS);
    assert.equal(sandbox.sequence.transfers.length, 3);
    const { length } = sandbox.cloud.cloudWatch.alarms();
    assert.ok(length >= 10, `${length} alarms`);
    assert.deepEqual(inState("OK").length, length);
    assert.deepEqual(
      alarmMails().filter((mail) => !mail.startsWith("OK")),
      [],
    );
    assert.deepEqual(sandbox.cloud.notRun, []);
    const unwatched = sandbox.cloud.context.journal.entries.filter(({ kind }) => /^alarm\.(not|action)/.test(kind));
    assert.deepEqual(unwatched, []);
  });

  it("mail that the failure queue isn't empty after a trigger that fails, until somebody empties it", async () => {
    await start(PAYDAY - MINUTE_MS);
    sandbox.sequence.configureRule("ru_12345", { remote: false });
    await pass(sandbox, 10 * MINUTE_MS);
    assert.deepEqual(inState("ALARM"), ["failed"]);
    assert.deepEqual(alarmMails(), ["ALARM failed"]);
    const failures = sandbox.deployment.resources.find(
      ({ type, name }) => type === "aws:sqs/queue:Queue" && name.endsWith("-failures"),
    );
    sandbox.cloud.queues.get(String(failures?.state.arn)).purge();
    await pass(sandbox, 10 * MINUTE_MS);
    assert.deepEqual(inState("ALARM"), []);
    assert.deepEqual(alarmMails(), ["ALARM failed", "OK failed"]);
  });

  it("mail that the daily check is missing once its schedule is disabled", async () => {
    await start(PAYDAY);
    await pass(sandbox, 2 * DAY_MS);
    const { scheduler } = sandbox.cloud;
    const heartbeat = scheduler.schedules().find(({ name }) => name.includes("heartbeat"))?.name ?? "";
    scheduler.setEnabled(heartbeat, false);
    const isOff = () => inState("ALARM").includes("heartbeat");
    let hours = 0;
    for (; hours < 72 && !isOff(); hours++) await pass(sandbox, HOUR_MS);
    assert.ok(isOff());
    // The last check was up to a day before; CloudWatch looks a little further back than the 30 hours that are declared.
    assert.ok(hours >= 6, `${hours} hours after it was disabled`);
    assert.ok(alarmMails().includes("ALARM heartbeat"));
    scheduler.setEnabled(heartbeat, true);
    await pass(sandbox, 25 * HOUR_MS);
    assert.deepEqual(inState("ALARM"), []);
  });

  it("mail that an amount came out above the ceiling", async () => {
    await start(PAYDAY);
    sandbox.sequence.setBalance("Main Operating Pod", { cents: 100_000_000 });
    assert.notEqual((await ask(urlOf(sandbox, "excess"))).status, 200);
    await pass(sandbox, MINUTE_MS);
    assert.deepEqual(inState("ALARM").sort(), ["5xx", "ceiling"]);
    assert.deepEqual(alarmMails().sort(), ["ALARM 5xx", "ALARM ceiling"]);
  });

  it("mail that somebody guesses URLs", async () => {
    await start(PAYDAY);
    const { origin } = new URL(urlOf(sandbox, "rent"));
    for (let guess = 0; guess < 20; guess++) await ask(`${origin}/amounts/rent/${guess}`);
    await pass(sandbox, MINUTE_MS);
    assert.deepEqual(alarmMails(), ["ALARM 4xx"]);
  });
});
