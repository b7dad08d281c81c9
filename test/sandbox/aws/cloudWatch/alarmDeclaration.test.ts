import assert from "node:assert/strict";
import { AlarmWorld } from "./support";

describe("An alarm's declaration", () => {
  let world: AlarmWorld;

  beforeEach(() => {
    world = new AlarmWorld();
  });
  afterEach(() => world.stop());

  it("has the outputs that AWS's provider gives", () => {
    const { arn, id, name, treatMissingData, actionsEnabled, tagsAll, threshold } = world.alarm({
      treatMissingData: undefined,
      tags: { a: "b" },
    });
    assert.equal(arn, "arn:aws:cloudwatch:us-east-1:123456789012:alarm:failures");
    assert.deepEqual([id, name, threshold], ["failures", "failures", 1]);
    assert.deepEqual([treatMissingData, actionsEnabled, tagsAll], ["missing", true, { a: "b" }]);
  });

  it("is given a name if it has none", () => {
    const name = String(world.alarm({ name: undefined }, "late").name);
    assert.match(name, /^late-[0-9a-f]{7}$/);
    assert.equal(world.cloudWatch.alarms()[0]?.logicalName, "late");
  });

  const accepted: Record<string, Record<string, unknown>> = {
    "a period of a minute": { period: 60 },
    "a day in all": { period: 60, evaluationPeriods: 1440 },
    "seven days of hours": { period: 3600, evaluationPeriods: 168 },
    "seven periods of a day": { period: 86_400, evaluationPeriods: 7 },
    "a description of 1,024 characters": { alarmDescription: "a".repeat(1024) },
    "no dimensions": { dimensions: undefined },
    "a negative threshold": { threshold: -1.5 },
    "no actions": { alarmActions: undefined, okActions: [] },
  };
  for (const [what, inputs] of Object.entries(accepted)) it(`takes ${what}`, () => void world.alarm(inputs));

  const refused: Record<string, [Record<string, unknown>, RegExp]> = {
    "a period of 90 seconds": [{ period: 90 }, /Period 90 must be 10, 20, 30 or a multiple of 60/],
    "a period of 0": [{ period: 0 }, /period 0 must be a whole number of at least 1/],
    "a fraction of a period": [{ evaluationPeriods: 1.5 }, /evaluationPeriods 1.5/],
    "more than a day of minutes": [
      { period: 1800, evaluationPeriods: 49 },
      /more than a day .* <= 86400; given: 49 \* 1800/,
    ],
    "more than seven days": [{ period: 3600, evaluationPeriods: 169 }, /more than 7 days .* <= 604800/],
    "M above N": [{ evaluationPeriods: 2, datapointsToAlarm: 3 }, /DatapointsToAlarm 3 .* EvaluationPeriods 2/],
    "no M at all": [{ datapointsToAlarm: 0 }, /datapointsToAlarm 0/],
    "an unknown way with missing data": [{ treatMissingData: "good" }, /TreatMissingData "good"/],
    "a threshold that is no number": [{ threshold: "1" }, /Threshold "1" must be a number/],
    "no threshold": [{ threshold: undefined }, /Threshold undefined/],
    "a long description": [{ alarmDescription: "a".repeat(1025) }, /has 1025 characters; at most 1024/],
    "a dimension without a value": [{ dimensions: { FunctionName: "" } }, /Dimension "FunctionName" is ""/],
    "too many dimensions": [
      { dimensions: Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`d${index}`, "v"])) },
      /31 Dimensions/,
    ],
    "no namespace": [{ namespace: undefined }, /Namespace undefined/],
    "no metric": [{ metricName: "" }, /MetricName ""/],
    "an action that is no ARN": [{ alarmActions: ["topic"] }, /Invalid arn syntax: "topic" \(alarmActions\)/],
    "too long a warm-up": [
      { warmUpConfiguration: { warmUpPeriodDurationInMinutes: 2881 } },
      /WarmUpPeriodDurationInMinutes 2881/,
    ],
    "six actions": [{ okActions: Array(6).fill("arn:aws:sns:us-east-1:1:t") }, /6 okActions .* at most 5/],
    "a name that isn't ASCII": [{ name: "fällt aus" }, /must consist of ASCII/],
  };
  for (const [what, [inputs, message]] of Object.entries(refused))
    it(`refuses ${what}`, () => {
      assert.throws(() => world.alarm(inputs), { code: "ValidationError", message });
    });

  const notRun: Record<string, Record<string, unknown>> = {
    "metric math": { metricQueries: [{ id: "m1" }] },
    "anomaly detection": { thresholdMetricId: "e1" },
    percentiles: { extendedStatistic: "p99" },
    "high resolution": { period: 10 },
    "the end of their warm-up": {
      warmUpConfiguration: { warmUpPeriodDurationInMinutes: 1, onlyStartEvaluatingAfterWarmUpPeriodEnds: true },
    },
    "one unit": { unit: "Count" },
    "the statistic Average, only Sum, Minimum, Maximum": { statistic: "Average" },
    "the statistic SampleCount": { statistic: "SampleCount" },
    "the statistic undefined": { statistic: undefined },
    "the comparisonOperator GreaterThanThreshold": { comparisonOperator: "GreaterThanThreshold" },
    "the comparisonOperator LessThanOrEqualToThreshold": { comparisonOperator: "LessThanOrEqualToThreshold" },
    "other than a topic": { alarmActions: ["arn:aws:lambda:us-east-1:123456789012:function:fn"] },
  };
  for (const [what, inputs] of Object.entries(notRun))
    it(`says that it doesn't run ${what}`, () => {
      assert.throws(() => world.alarm(inputs), {
        code: "NotImplemented",
        message: new RegExp(`doesn't run .*${what}`),
      });
    });

  it("refuses a second alarm of the same name, which in AWS would replace the first", () => {
    world.alarm();
    assert.throws(() => world.alarm({}, "other"), {
      code: "ResourceAlreadyExists",
      message: /second alarm .*failures/,
    });
  });
});
