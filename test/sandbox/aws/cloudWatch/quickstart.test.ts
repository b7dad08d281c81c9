import assert from "node:assert/strict";
import type { Sandbox } from "../../../../sandbox";
import {
  arnOf,
  ask,
  HOUR_MS,
  logged,
  MINUTE_MS,
  mails,
  PAYDAY,
  pass,
  startQuickstart,
  stopSwitch,
  urlOf,
  workQueue,
} from "../../../endToEnd/support";
import { empty } from "./support";

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
    assert.ok(length >= 10 && length <= 16, `${length} alarms`);
    assert.deepEqual(inState("OK").length, length);
    assert.deepEqual(
      alarmMails().filter((mail) => !mail.startsWith("OK")),
      [],
    );
    assert.deepEqual(sandbox.cloud.notRun, []);
    const unwatched = sandbox.cloud.context.journal.entries.filter(({ kind }) => /^alarm\.(not|action)/.test(kind));
    assert.deepEqual(unwatched, []);
  });

  it("mail of each occurrence that is given up, and of a failure queue that somebody has to empty", async () => {
    await start(PAYDAY - MINUTE_MS);
    sandbox.sequence.configureRule("ru_12345", { remote: false });
    await pass(sandbox, HOUR_MS);
    assert.deepEqual(inState("ALARM"), ["failure-queue"]);
    assert.deepEqual(alarmMails().sort(), ["ALARM failed", "ALARM failure-queue"]);
    // Nobody empties the queue, so its own alarm has nothing new to tell.
    sandbox.cloud.queues.send(workQueue(sandbox), JSON.stringify({ trigger: "payday", occurrence: "bonus" }));
    await pass(sandbox, HOUR_MS);
    assert.deepEqual(alarmMails().slice(2), ["ALARM failed"]);
    empty(sandbox.cloud.queues.get(arnOf(sandbox, "aws:sqs/queue:Queue", "-failures")));
    await pass(sandbox, 10 * MINUTE_MS);
    assert.deepEqual(inState("ALARM"), []);
    assert.equal(alarmMails().at(-1), "OK failure-queue");
  });

  it("call an occurrence late, and the queue not stuck, while Sequence asks to wait for an hour", async () => {
    await start(PAYDAY - MINUTE_MS);
    const retryLater = { status: 429, headers: { "retry-after": "3600" }, times: 4 };
    sandbox.sequence.fault(retryLater);
    for (let quarter = 0; quarter < 4 * 4; quarter++) {
      await pass(sandbox, 15 * MINUTE_MS);
      assert.ok(!inState("ALARM").includes("stuck"), `${quarter + 1} quarters of an hour`);
    }
    assert.deepEqual(alarmMails(), ["ALARM delayed"]);
    await pass(sandbox, 6 * HOUR_MS);
    assert.equal(sandbox.sequence.triggers.length, 1);
    assert.deepEqual(alarmMails(), ["ALARM delayed", "OK delayed"]);
  });

  it("mail that nobody takes the work queue's messages, until somebody does", async () => {
    await start(PAYDAY - MINUTE_MS);
    sandbox.cloud.mappings.stop();
    await pass(sandbox, 25 * MINUTE_MS);
    assert.deepEqual(alarmMails(), []);
    await pass(sandbox, 15 * MINUTE_MS);
    assert.deepEqual(alarmMails(), ["ALARM stuck"]);
    sandbox.cloud.mappings.start();
    await pass(sandbox, HOUR_MS);
    assert.deepEqual(inState("ALARM"), []);
    assert.equal(alarmMails().at(-1), "OK stuck");
  });

  it("say that triggers are paused, and not that anything is late or stuck, while a payday waits", async () => {
    await start(PAYDAY - MINUTE_MS);
    await stopSwitch(sandbox, true);
    for (let quarter = 0; quarter < 4 * 4; quarter++) {
      await pass(sandbox, 15 * MINUTE_MS);
      assert.ok(!inState("ALARM").includes("stuck"), `${quarter + 1} quarters of an hour`);
    }
    assert.deepEqual(alarmMails(), ["ALARM paused"]);
    await stopSwitch(sandbox, false);
    await pass(sandbox, 6 * HOUR_MS);
    assert.equal(sandbox.sequence.triggers.length, 1);
    assert.deepEqual(alarmMails(), ["ALARM paused"]);
    assert.deepEqual(inState("ALARM"), []);
  });

  it("remind once a day of a pause that nothing waits for", async () => {
    await start(PAYDAY + HOUR_MS);
    await stopSwitch(sandbox, true);
    await pass(sandbox, 2 * DAY_MS);
    assert.deepEqual(alarmMails(), ["ALARM paused", "ALARM paused"]);
  });

  it("leave a rule in test mode to the mail of its own", async () => {
    await start(PAYDAY - MINUTE_MS);
    sandbox.sequence.configureRule("ru_12345", { testMode: true });
    await pass(sandbox, HOUR_MS);
    assert.equal(mails(sandbox).length, 1);
    assert.deepEqual(alarmMails(), []);
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
    assert.deepEqual(inState("ALARM"), ["5xx"]);
    assert.deepEqual(alarmMails(), ["ALARM 5xx"]);
  });

  it("mail that somebody guesses URLs, of which a few are noise", async () => {
    await start(PAYDAY);
    const { origin } = new URL(urlOf(sandbox, "rent"));
    for (let guess = 0; guess < 19; guess++) await ask(`${origin}/amounts/guess/${guess}`);
    await pass(sandbox, MINUTE_MS);
    assert.deepEqual(alarmMails(), []);
    await ask(`${origin}/.env`);
    await pass(sandbox, MINUTE_MS);
    assert.deepEqual(alarmMails(), ["ALARM 4xx"]);
  });

  it("mail of the first request with a mistyped or revoked URL", async () => {
    await start(PAYDAY);
    const url = urlOf(sandbox, "rent");
    const revoked = url.replace("/rent/", "/gifts/");
    for (const [index, wrong] of [url.slice(0, -1), revoked].entries()) {
      assert.equal((await ask(wrong)).status, 404);
      await pass(sandbox, HOUR_MS);
      assert.deepEqual(alarmMails(), new Array(index + 1).fill("ALARM refused"));
    }
    assert.deepEqual(
      logged(sandbox, "amount.refused").map(({ amount, wellFormed }) => [amount, wellFormed]),
      [
        ["rent", false],
        [undefined, true],
      ],
    );
    const log = JSON.stringify(sandbox.cloud.logs.lines());
    for (const secret of [url.slice(-43, -1), "gifts"]) assert.ok(!log.includes(secret), secret);
  });

  it("mail of the first request that is throttled, which the function never sees", async () => {
    await start(PAYDAY);
    const url = urlOf(sandbox, "rent");
    const statuses: number[] = [];
    const asked = async () => {
      for (let request = 0; request < 21; request++) statuses.push((await ask(url)).status);
    };
    // The clock stands still until they are answered, so that the burst of 20 isn't refilled.
    void sandbox.cloud.context.clock.track(asked());
    await pass(sandbox, MINUTE_MS);
    assert.deepEqual(statuses.slice(-2), [200, 429]);
    assert.deepEqual(alarmMails(), ["ALARM throttled"]);
  });
});
