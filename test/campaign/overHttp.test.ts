import assert from "node:assert/strict";
import { FORBIDDEN } from "../../campaign/count/counts";
import { runOverHttp } from "../../campaign/overHttp";

describe("the campaign over HTTP and in real processes", function () {
  this.timeout(240_000);

  it("executes each occurrence once, whatever the connections do", async () => {
    const { counts, faults } = await runOverHttp(1, 25, 0.5);
    assert.equal(counts.occurrences, 25);
    for (const name of FORBIDDEN) assert.equal(counts[name], 0, name);
    const names = Object.keys(faults);
    assert.ok(names.length >= 5, names.join("; "));
    for (const name of [/killed in mid-call/, /after the timeout, and Sequence goes on/])
      assert.ok(
        names.some((one) => name.test(one)),
        `${name} didn't occur: ${names.join("; ")}`,
      );
    assert.equal(counts.amountsAsked, 3 * counts.executedOnce);
  });
});
