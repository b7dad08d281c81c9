import assert from "node:assert/strict";
import { utcSeconds } from "../../../lambda/agreements/instant";

describe("utcSeconds", () => {
  it("writes an instant as AWS answers it", () => {
    assert.equal(utcSeconds(Date.parse("2027-01-01T00:00:00-05:00")), "2027-01-01T05:00:00Z");
    assert.equal(utcSeconds(Date.parse("2027-01-01T00:00:00.999Z")), "2027-01-01T00:00:00Z");
  });
});
