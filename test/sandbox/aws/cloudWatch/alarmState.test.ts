import assert from "node:assert/strict";
import { type MissingData, stateOf } from "../../../../sandbox/aws/cloudWatch/alarmState";

const TREATMENTS: readonly MissingData[] = ["missing", "ignore", "breaching", "notBreaching"];

/** As AWS's page writes periods: the newest on the right, 0 good, X breaching, - missing. */
function periods(row: string): (boolean | undefined)[] {
  const symbols: Record<string, boolean> = { "0": false, X: true };
  return row
    .split(" ")
    .map((symbol) => symbols[symbol])
    .reverse();
}

function states(row: string, datapointsToAlarm: number): string {
  const rule = { evaluationPeriods: 3, datapointsToAlarm };
  return TREATMENTS.map((treatMissingData) => stateOf(periods(row), { ...rule, treatMissingData })).join(" ");
}

describe("An alarm's state with missing data", () => {
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html: both tables, all rows.
  const tables: Record<number, Record<string, string>> = {
    3: {
      "0 - X - X": "OK OK OK OK",
      "0 - - - -": "OK OK OK OK",
      "- - - - -": "INSUFFICIENT_DATA retain ALARM OK",
      "0 X X - X": "ALARM ALARM ALARM ALARM",
      "- - X - -": "ALARM retain ALARM OK",
    },
    2: {
      "0 - X - X": "ALARM ALARM ALARM ALARM",
      "0 0 X 0 X": "ALARM ALARM ALARM ALARM",
      "0 - X - -": "OK OK ALARM OK",
      "- - - - 0": "OK OK ALARM OK",
      "- - - X -": "ALARM retain ALARM OK",
    },
  };
  for (const [datapointsToAlarm, rows] of Object.entries(tables))
    for (const [row, expected] of Object.entries(rows))
      it(`is what AWS's page says of ${row} for ${datapointsToAlarm} out of 3`, () => {
        assert.equal(states(row, Number(datapointsToAlarm)), expected);
      });

  it("doesn't become ALARM over the first breaching datapoint after silence", () => {
    for (const row of ["- - - - X", "- - - X -"])
      assert.equal(
        stateOf(periods(row), { evaluationPeriods: 3, datapointsToAlarm: 3, treatMissingData: "missing" }),
        "OK",
      );
  });

  it("is that of the latest periods if none is missing", () => {
    assert.equal(states("X X 0 0 0", 3), "OK OK OK OK");
    assert.equal(states("X X X 0 0", 2), "OK OK OK OK");
    assert.equal(states("0 0 X X X", 3), "ALARM ALARM ALARM ALARM");
  });
});
