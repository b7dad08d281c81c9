import assert from "node:assert/strict";
import { createJournal } from "../../../sandbox/aws/journal";
import type { JournalEntry } from "../../../sandbox/aws/types";

describe("the journal", () => {
  it("keeps entries in order, with the sandbox's time", () => {
    let now = 1;
    const journal = createJournal({ now: () => now });
    journal.record("a", { x: 1 });
    now = 2;
    journal.record("b");
    assert.deepEqual(journal.entries, [
      { at: 1, kind: "a", x: 1 },
      { at: 2, kind: "b" },
    ]);
  });

  it("lets no detail pass for time or kind, and no reader change an entry", () => {
    const journal = createJournal({ now: () => 1 });
    journal.record("a", { at: 99, kind: "b" });
    const [entry] = journal.entries;
    assert.deepEqual(entry, { at: 1, kind: "a" });
    assert.ok(Object.isFrozen(entry));
  });

  it("drops the oldest entries once it is full", () => {
    const journal = createJournal({ now: () => 1 }, 20);
    for (let count = 0; count < 100; count++) {
      journal.record("a", { count });
      assert.ok(journal.entries.length <= 20);
    }
    assert.equal(journal.entries.at(-1)?.count, 99);
    assert.ok(journal.entries.length >= 18);
  });

  it("tells subscribers of every later entry until they end it", () => {
    const journal = createJournal({ now: () => 1 });
    journal.record("before");
    const seen: JournalEntry[] = [];
    const end = journal.subscribe((entry) => seen.push(entry));
    journal.record("during");
    end();
    journal.record("after");
    assert.deepEqual(seen, [{ at: 1, kind: "during" }]);
  });
});
