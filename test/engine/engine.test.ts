import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import type { OpMap, Stack } from "@pulumi/pulumi/automation";
import { ask } from "../endToEnd/support";
import { javaProgram, nodeProgram, type ProgramOptions, pythonProgram, yamlProgram } from "./programs";
import { EngineProject, onAws } from "./stack";

const SECRET = "the-api-secret-of-the-engine-tier";
const FIRST: ProgramOptions = { cents: 150_000, name: "sequence", options: "{}" };

/** What was done, but for what stayed as it was. */
function changesIn(changes: OpMap | undefined): string[] {
  return Object.entries(changes ?? {}).flatMap(([op, count]) => (op === "same" || !count ? [] : [op]));
}

describe("Under Pulumi's real engine", () => {
  let project: EngineProject;
  let stack: Stack;

  before(async () => {
    project = await EngineProject.make();
    project.write(nodeProgram(FIRST));
    stack = await project.stack("test", { "engine:paydaySecret": { value: SECRET, secret: true } });
  });
  after(async () => {
    // Also when a test has failed: nothing may stay in an account.
    await stack?.destroy({ onOutput: console.log });
    project?.remove();
  });

  /** The rent's URL, as somebody on this machine reaches it. */
  async function rentUrl(): Promise<string> {
    const { amountUrls } = await stack.outputs();
    const { rent = "" } = (amountUrls?.value ?? {}) as Record<string, string>;
    if (onAws) return rent;
    // No URL of Node's: a host name may not end with a number there, and MiniStack's end with 127.0.0.1.
    const [, apiId, path] = /^http:\/\/([0-9a-f]+)\.[^/]+(\/.*)$/.exec(rent) ?? [];
    assert.ok(apiId, "the URL names no API");
    return `${process.env.EMULATOR_URL}/_aws/execute-api/${apiId}${path}`;
  }

  async function upWith(change: Partial<ProgramOptions>): Promise<string[]> {
    project.write(nodeProgram({ ...FIRST, ...change }));
    const { summary } = await stack.up();
    assert.equal(summary.result, "succeeded");
    return changesIn(summary.resourceChanges as OpMap | undefined);
  }

  it("a preview makes nothing, and says that it will", async () => {
    const { changeSummary } = await stack.preview();
    assert.ok(Number(changeSummary.create) > 20);
    assert.deepEqual((await stack.exportStack()).deployment.resources ?? [], []);
  });

  it("an up makes everything, and a second one changes nothing", async () => {
    assert.deepEqual(await upWith({}), ["create"]);
    assert.deepEqual(changesIn((await stack.up({ expectNoChanges: true })).summary.resourceChanges as OpMap), []);
  });

  it("the amount is answered", async () => {
    assert.equal((await ask(await rentUrl())).body, '{"amountInCents":150000}');
  });

  it("a refresh finds no drift", async () => {
    assert.deepEqual(changesIn((await stack.refresh({ expectNoChanges: true })).summary.resourceChanges as OpMap), []);
  });

  it("another amount is an update in place, at the same URL", async () => {
    const url = await rentUrl();
    assert.deepEqual(await upWith({ cents: 160_000 }), ["update"]);
    assert.equal(await rentUrl(), url);
    assert.equal((await ask(url)).body, '{"amountInCents":160000}');
  });

  it("an up of one target changes that one", async () => {
    project.write(nodeProgram(FIRST));
    const { resources } = (await stack.exportStack()).deployment;
    const target = resources.find(({ urn }: { urn: string }) => urn.endsWith("::sequence-amounts-function"));
    const { summary } = await stack.up({ target: [target.urn] });
    assert.equal(Number((summary.resourceChanges as OpMap).update), 1);
    assert.deepEqual(changesIn(summary.resourceChanges as OpMap), ["update"]);
  });

  it("a rename with an alias makes and deletes nothing", async () => {
    const url = await rentUrl();
    const done = await upWith({ name: "household", options: '{ aliases: [{ name: "sequence" }] }' });
    assert.deepEqual(
      done.filter((op) => op !== "update"),
      [],
    );
    assert.equal(await rentUrl(), url);
  });

  it("a protected component can't be deleted", async () => {
    const renamed = { name: "household", options: '{ aliases: [{ name: "sequence" }], protect: true }' };
    await upWith(renamed);
    await assert.rejects(stack.destroy(), /protect/);
    await upWith({ ...renamed, options: '{ aliases: [{ name: "sequence" }], protect: false }' });
  });

  it("the exported state has no credential in plain text", async () => {
    const { resources } = project.exportedState("test").deployment;
    const token = (await rentUrl()).split("/").at(-1) as string;
    const withCredential = resources.filter((resource) =>
      [SECRET, token].some((credential) => JSON.stringify(resource).includes(credential)),
    );
    assert.deepEqual(
      withCredential.map(({ urn }) => urn),
      [],
    );
  });

  it("a wrong argument is told once, with what to do, and without a stack trace", async () => {
    project.write(nodeProgram({ ...FIRST, cents: 5 }));
    const printed: string[] = [];
    await assert.rejects(stack.preview({ onOutput: (text) => printed.push(text) }));
    const text = printed.join("");
    assert.equal(text.split("cents: is 5").length, 2, text);
    assert.doesNotMatch(text, /^\s+at .*\.js:\d+/m);
    project.write(nodeProgram(FIRST));
  });
});

describe("Under Pulumi's real engine, a program in", () => {
  const install = ["install"];
  const add = ["package", "add", "./node_modules/sequence-remote-api"];
  const languages = {
    // It names the package's folder itself.
    YAML: { program: yamlProgram, steps: [install], needs: [] },
    Python: { program: pythonProgram, steps: [install, add], needs: [] },
    Java: { program: javaProgram, steps: [add], needs: ["mvn", "pulumi-language-java"] },
  };
  for (const [language, { program, steps, needs }] of Object.entries(languages))
    it(`${language} uses the package as it is published`, async function () {
      const missing = needs.filter((command) => spawnSync(command, ["--version"], { stdio: "ignore" }).error);
      if (missing.length > 0) {
        console.warn(`\n  SKIPPED: no program in ${language}: no \`${missing.join("`, no `")}\` on the PATH.\n`);
        return this.skip();
      }
      const project = await EngineProject.make();
      try {
        project.write(program());
        const stack = await project.stack(language.toLowerCase(), {});
        for (const args of steps) execFileSync("pulumi", args, { cwd: project.folder, stdio: "inherit" });
        try {
          await stack.up({ onOutput: console.log });
          await stack.up({ expectNoChanges: true });
          assert.match(JSON.stringify((await stack.outputs()).amountUrls?.value), /\/amounts\/rent\//);
        } finally {
          await stack.destroy();
        }
      } finally {
        project.remove();
      }
    });
});
