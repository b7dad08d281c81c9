import assert from "node:assert/strict";
import { AlarmWorld, HOUR_MS, MINUTE_MS } from "./support";

const BREACHING = { treatMissingData: "breaching", comparisonOperator: "LessThanThreshold" };

describe("An alarm", () => {
  let world: AlarmWorld;

  beforeEach(() => {
    world = new AlarmWorld();
  });
  afterEach(() => world.stop());

  it("has insufficient data until it is evaluated", () => {
    world.alarm();
    assert.equal(world.state, "INSUFFICIENT_DATA");
    assert.deepEqual(Object.keys(world.cloudWatch.alarms()[0] ?? {}), [
      "name",
      "logicalName",
      "state",
      "reason",
      "since",
    ]);
  });

  it("is OK from the start where missing data is good, and tells nobody", () => {
    world.alarm();
    world.cloudWatch.start();
    assert.equal(world.state, "OK");
    assert.deepEqual(world.told, []);
  });

  it("keeps insufficient data where missing data is just missing", async () => {
    world.alarm({ treatMissingData: "missing" });
    world.cloudWatch.start();
    await world.pass(HOUR_MS);
    assert.equal(world.state, "INSUFFICIENT_DATA");
  });

  it("goes off at the end of the minute in which the metric breaches, and mails", async () => {
    world.alarm();
    world.cloudWatch.start();
    await world.pass(90_000);
    world.emit(1);
    await world.pass(10_000);
    assert.equal(world.state, "OK");
    await world.pass(20_000);
    assert.equal(world.state, "ALARM");
    assert.deepEqual(world.told, ['ALARM: "failures"']);
  });

  it("is OK again when the datapoint is older than all periods it looks at, and mails", async () => {
    world.alarm();
    world.cloudWatch.start();
    world.emit(1);
    await world.pass(HOUR_MS);
    // Three periods of five minutes: the one needed and two more, because nothing newer exists.
    assert.deepEqual(world.changes, ["0 OK", "1 ALARM", "16 OK"]);
    assert.deepEqual(world.told, ['ALARM: "failures"', 'OK: "failures"']);
  });

  it("is OK as soon as a newer datapoint is good", async () => {
    world.alarm();
    world.cloudWatch.start();
    world.emit(1);
    await world.pass(6 * MINUTE_MS);
    world.emit(0);
    await world.pass(MINUTE_MS);
    assert.deepEqual(world.changes, ["0 OK", "1 ALARM", "7 OK"]);
  });

  it("adds up what arrives within one period, and no more", async () => {
    world.alarm({ threshold: 20 });
    world.cloudWatch.start();
    for (let count = 0; count < 19; count++) world.emit(1);
    await world.pass(5 * MINUTE_MS);
    world.emit(1);
    await world.pass(10 * MINUTE_MS);
    assert.deepEqual(world.changes, ["0 OK"]);
    for (let count = 0; count < 20; count++) {
      world.emit(1);
      await world.pass(10_000);
    }
    await world.pass(MINUTE_MS);
    assert.equal(world.state, "ALARM");
  });

  it("counts values that one minute's window doesn't hold but a sliding one does", async () => {
    world.alarm({ threshold: 2 });
    world.cloudWatch.start();
    await world.pass(4 * MINUTE_MS);
    world.emit(1);
    await world.pass(2 * MINUTE_MS);
    world.emit(1);
    await world.pass(MINUTE_MS);
    assert.equal(world.state, "ALARM");
  });

  const statistics = { Sum: 12, Minimum: 1, Maximum: 9 };
  for (const [statistic, value] of Object.entries(statistics))
    it(`reads the statistic ${statistic}`, async () => {
      world.alarm({ statistic, threshold: value });
      world.alarm({ statistic, threshold: value + 0.1, name: "above" }, "above");
      world.cloudWatch.start();
      for (const each of [1, 9, 2]) world.emit(each);
      await world.pass(MINUTE_MS);
      assert.deepEqual(
        world.cloudWatch.alarms().map(({ state }) => state),
        ["ALARM", "OK"],
      );
    });

  const operators = {
    GreaterThanOrEqualToThreshold: [false, true, true],
    LessThanThreshold: [true, false, false],
  };
  for (const [comparisonOperator, expected] of Object.entries(operators))
    it(`compares by ${comparisonOperator}`, async () => {
      const values = [0, 1, 2];
      for (const value of values)
        world.alarm({ comparisonOperator, metricName: `M${value}`, name: `m${value}` }, `m${value}`);
      world.cloudWatch.start();
      for (const value of values) world.emit(value, { name: `M${value}` });
      await world.pass(MINUTE_MS);
      assert.deepEqual(
        world.cloudWatch.alarms().map(({ state }) => state === "ALARM"),
        expected,
      );
    });

  it("needs M of the latest N periods", async () => {
    world.alarm({ evaluationPeriods: 3, datapointsToAlarm: 2, period: 60 });
    world.cloudWatch.start();
    for (const value of [1, 0, 0, 1, 0, 1]) {
      world.emit(value);
      await world.pass(MINUTE_MS);
    }
    assert.deepEqual(world.changes, ["0 OK", "6 ALARM"]);
  });

  it("watches exactly its dimensions", async () => {
    world.alarm({ dimensions: { FunctionName: "fn", Trigger: "payday" } });
    world.alarm({ dimensions: {}, name: "bare" }, "bare");
    world.cloudWatch.start();
    world.emit(1);
    await world.pass(MINUTE_MS);
    assert.deepEqual(
      world.cloudWatch.alarms().map(({ state }) => state),
      ["OK", "OK"],
    );
  });

  it("sees a datapoint that arrives after its minute was evaluated", async () => {
    world.alarm();
    world.cloudWatch.start();
    await world.pass(3 * MINUTE_MS);
    world.emit(1, { at: world.context.clock.now() - 1 });
    await world.pass(MINUTE_MS);
    assert.equal(world.state, "ALARM");
  });

  it("sees what was measured while the program was still being declared", async () => {
    world.alarm();
    world.emit(1);
    world.cloudWatch.start();
    await world.pass(MINUTE_MS);
    assert.equal(world.state, "ALARM");
  });

  it("doesn't tell anybody twice, nor with its actions disabled", async () => {
    world.alarm();
    world.alarm({ name: "quiet", actionsEnabled: false }, "quiet");
    world.cloudWatch.start();
    for (let count = 0; count < 10; count++) {
      world.emit(1);
      await world.pass(MINUTE_MS);
    }
    assert.deepEqual(world.told, ['ALARM: "failures"']);
    assert.equal(world.cloudWatch.alarms()[1]?.state, "ALARM");
  });

  it("journals its changes, and an action that fails", async () => {
    world.alarm({ alarmActions: [`${world.topicArn}-gone`, world.topicArn] });
    world.cloudWatch.start();
    world.emit(1);
    await world.pass(MINUTE_MS);
    const { entries } = world.context.journal;
    const changed = entries.filter(({ kind }) => kind === "alarm.changed").at(-1);
    assert.deepEqual(
      [changed?.alarm, changed?.from, changed?.to, changed?.reason],
      ["failures", "OK", "ALARM", world.reason],
    );
    const failed = entries.filter(({ kind }) => kind === "alarm.actionFailed");
    assert.deepEqual(
      failed.map(({ action, reason }) => [action, reason]),
      [[`${world.topicArn}-gone`, "Topic does not exist"]],
    );
    assert.deepEqual(world.told, ['ALARM: "failures"']);
  });

  it("tells the topics of insufficient data", async () => {
    world.alarm({ treatMissingData: "missing", insufficientDataActions: [world.topicArn], okActions: [] });
    world.cloudWatch.start();
    world.emit(0);
    await world.pass(HOUR_MS);
    assert.deepEqual(world.told, ['INSUFFICIENT_DATA: "failures"']);
    assert.equal(world.reason, "Insufficient Data: 1 datapoint was unknown.");
  });

  describe("on something that must happen", () => {
    const warmUpConfiguration = { warmUpPeriodDurationInMinutes: 42 * 60 };
    const daily = {
      ...BREACHING,
      period: 6 * 3600,
      evaluationPeriods: 5,
      metricName: "Heartbeat",
      warmUpConfiguration,
    };

    it("goes off at once without a warm-up period", async () => {
      world.alarm({ ...daily, warmUpConfiguration: undefined });
      world.cloudWatch.start();
      await world.pass(HOUR_MS);
      assert.equal(world.state, "ALARM");
    });

    it("doesn't go off before its warm-up period is over, and then does", async () => {
      world.alarm(daily);
      world.cloudWatch.start();
      await world.pass(42 * HOUR_MS - MINUTE_MS);
      assert.equal(world.state, "INSUFFICIENT_DATA");
      await world.pass(HOUR_MS + MINUTE_MS);
      assert.equal(world.state, "ALARM");
      assert.deepEqual(world.told, ['ALARM: "failures"']);
      assert.match(String(world.reason), /no datapoints were received for 5 periods and 5 missing .* \[Breaching\]/);
    });

    it("stays OK as long as it happens daily, at not quite the same time", async () => {
      world.alarm(daily);
      world.cloudWatch.start();
      for (let day = 0; day < 30; day++) {
        await world.pass((day % 2) * HOUR_MS);
        world.emit(1, { name: "Heartbeat" });
        await world.pass(24 * HOUR_MS - (day % 2) * HOUR_MS);
      }
      assert.equal(world.state, "OK");
      assert.deepEqual(world.changes, ["60 OK"]);
    });

    it("goes off when the last one is older than all it looks at, and is OK after the next", async () => {
      world.alarm(daily);
      world.cloudWatch.start();
      world.emit(1, { name: "Heartbeat" });
      await world.pass(100 * HOUR_MS);
      world.emit(1, { name: "Heartbeat" });
      await world.pass(HOUR_MS);
      // On the hour: it looks back more than a day.
      assert.deepEqual(world.changes, ["60 OK", `${43 * 60} ALARM`, `${101 * 60} OK`]);
    });
  });

  it("says that it watches a metric which nothing here measures", async () => {
    world.alarm({ namespace: "AWS/EC2", metricName: "CPUUtilization", dimensions: { InstanceId: "i" } });
    world.cloudWatch.start();
    await world.pass(HOUR_MS);
    assert.equal(world.state, "INSUFFICIENT_DATA");
    assert.match(String(world.reason), /the sandbox has no metric AWS\/EC2 CPUUtilization of InstanceId/);
    assert.equal(world.context.journal.entries.filter(({ kind }) => kind === "alarm.notWatched").length, 1);
  });

  it("neither changes nor waits for anything after stop", async () => {
    world.alarm();
    world.cloudWatch.start();
    world.emit(1);
    world.cloudWatch.stop();
    world.emit(1);
    await world.pass(HOUR_MS);
    assert.deepEqual(world.changes, ["0 OK"]);
  });

  describe("its mail", () => {
    it("has CloudWatch's subject and says what happened", async () => {
      world.alarm({ alarmDescription: "Look at the log." });
      world.cloudWatch.start();
      world.emit(2);
      await world.pass(MINUTE_MS);
      const mail = world.topics.mails[0];
      assert.equal(mail?.subject, 'ALARM: "failures" in US East (N. Virginia)');
      const reason =
        "Threshold Crossed: 1 out of the last 1 datapoint [2.0 (01/12/26 08:56:00)] was greater than or equal to the threshold (1.0) (minimum 1 datapoint for OK -> ALARM transition).";
      assert.equal(world.reason, reason);
      for (const part of [
        `has entered the ALARM state, because "${reason}" at "2026-12-01 09:01:00 UTC"`,
        "- Description:             Look at the log.",
        "- State Change:            OK -> ALARM",
        "- MetricNamespace:         Test",
        "- MetricName:              Failures",
        "- Dimensions:              [FunctionName = fn]",
        "is GreaterThanOrEqualToThreshold 1.0 for at least 1 of the last 1 period(s) of 300 seconds",
        "- TreatMissingData:        notBreaching",
        `- ALARM: [${world.topicArn}]`,
      ])
        assert.ok(mail?.message.includes(part), part);
    });

    it("has a subject that SNS takes even if the alarm's name is long", async () => {
      world.alarm({ name: "a".repeat(255) });
      world.cloudWatch.start();
      world.emit(1);
      await world.pass(MINUTE_MS);
      assert.equal(world.topics.mails[0]?.subject.length, 100);
    });
  });
});
