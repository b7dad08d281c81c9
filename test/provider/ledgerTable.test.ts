import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { allows, policyOf } from "./policies";
import { quickstart, quickstartApi } from "./quickstartProgram";
import { ACCOUNT, declare, named, ofType, REGION } from "./support";

describe("a ledger that is restored", () => {
  for (const [title, ledgerTableName] of [
    ["its name", "restored"],
    ["an output", pulumi.output("restored")],
  ] as const)
    it(`is used in place of one of our own, given by ${title}`, async () => {
      const declared = await declare(() => {
        const api = quickstartApi({ ledgerTableName });
        return { table: api.ledgerTableName };
      });
      assert.deepEqual(ofType(declared, "aws:dynamodb/table:Table"), []);
      assert.equal(declared.outputs.table, "restored");
      const { environment } = named(declared, "sequence-triggers-function").inputs as {
        environment: { variables: Record<string, string> };
      };
      assert.equal(environment.variables.LEDGER_TABLE, "restored");
      const statements = policyOf(declared, "sequence-triggers-policy");
      const table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/restored`;
      for (const action of ["dynamodb:GetItem", "dynamodb:PutItem"]) {
        assert.equal(await allows(statements, [action, table]), true);
        assert.equal(await allows(statements, [action, `${table}8`]), false);
        assert.equal(await allows(statements, [action, table.replace(ACCOUNT, "210987654321")]), false);
      }
    });

  it("is one of our own where no name is given", async () => {
    assert.equal(ofType(await declare(() => quickstart()), "aws:dynamodb/table:Table").length, 1);
  });
});
