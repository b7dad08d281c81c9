import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./support";

const hasPulumi = spawnSync("pulumi", ["version"], { stdio: "ignore" }).status === 0;

describe("under the real Pulumi CLI", () => {
  let elsewhere: string;
  before(function () {
    if (!hasPulumi) {
      console.warn(
        "\n  SKIPPED: no test with the real Pulumi CLI was run, because there is no `pulumi` on the PATH." +
          "\n  Install it from https://www.pulumi.com/docs/install/ and run the tests again.\n",
      );
      return this.skip();
    }
    // In the package's own folder the CLI refuses, because both manifests stand there.
    elsewhere = mkdtempSync(join(tmpdir(), "sequence-pulumi-"));
  });
  after(() => {
    if (elsewhere) rmSync(elsewhere, { recursive: true, force: true });
  });

  it("the package is a plugin that gives the built schema", () => {
    const given = JSON.parse(
      execFileSync("pulumi", ["package", "get-schema", root], { cwd: elsewhere, encoding: "utf8" }),
    );
    const built = JSON.parse(readFileSync(join(root, "dist", "schema.json"), "utf8"));
    assert.equal(given.name, built.name);
    assert.deepEqual(Object.keys(given.resources).sort(), Object.keys(built.resources).sort());
    for (const [token, resource] of Object.entries<{ inputProperties: object }>(built.resources))
      assert.deepEqual(
        Object.keys(given.resources[token].inputProperties).sort(),
        Object.keys(resource.inputProperties).sort(),
      );
  });

  const compilers = [
    { language: "Go", example: "go", needs: ["go"], compile: ["go", "vet", "."] },
    { language: "Java", example: "java", needs: ["mvn", "pulumi-language-java"], compile: ["mvn", "-q", "compile"] },
  ];
  for (const { language, example, needs, compile } of compilers)
    it(`makes an SDK for ${language} with which the example compiles`, function () {
      const missing = needs.filter((command) => spawnSync(command, ["--version"], { stdio: "ignore" }).error);
      if (missing.length > 0) {
        console.warn(
          `\n  SKIPPED: the ${language} example was not compiled: no \`${missing.join("`, no `")}\` on the PATH.\n`,
        );
        return this.skip();
      }
      this.timeout(900_000);
      const folder = join(elsewhere, example);
      cpSync(join(root, "examples", example), folder, { recursive: true });
      mkdirSync(join(folder, "node_modules"));
      symlinkSync(root, join(folder, "node_modules", "sequence-remote-api"), "junction");
      execFileSync("pulumi", ["package", "add", "./node_modules/sequence-remote-api"], { cwd: folder });
      const [command = "", ...args] = compile;
      execFileSync(command, args, { cwd: folder });
    });
});
