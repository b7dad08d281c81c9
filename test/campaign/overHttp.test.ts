import assert from "node:assert/strict";
import { FORBIDDEN } from "../../campaign/count";
import { runOverHttp } from "../../campaign/overHttp";

describe("the campaign over HTTP and in real processes", function () {
  this.timeout(240_000);

  it("executes each occurrence once, whatever the connections do", async () => {
    const { counts, faults } = await runOverHttp(1, 25, 0.5);
    assert.equal(counts.occurrences, 25);
    for (const name of FORBIDDEN) assert.equal(counts[name], 0, name);
    assert.ok(Object.keys(faults).length >= 5, JSON.stringify(faults));
  });
});
