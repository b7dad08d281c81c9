import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ask, until } from "../endToEnd/support";
import { engineCommandIn, PluginProcess } from "../provider/pluginProcess";
import { Consumer, manifestOf, packageManagers } from "./consumer";

const root = join(__dirname, "..", "..");

/** Which ones: `PACKAGE_MANAGERS=npm,pnpm,yarn,yarn4`. */
const chosen = (process.env.PACKAGE_MANAGERS ?? "npm,pnpm").split(",");

for (const manager of packageManagers.filter(({ name }) => chosen.includes(name)))
  describe(`the package in an empty folder, installed by ${manager.name}`, function () {
    this.timeout(900_000);
    let consumer: Consumer;
    before(async () => {
      consumer = await Consumer.install(manager);
    });
    after(() => consumer?.remove());

    it("runs no script of ours at installation", () => {
      // npm runs `prepare` of a package in its own folder only.
      assert.deepEqual(Object.keys(manifestOf(consumer.installed).scripts), ["prepare"]);
    });

    for (const name of Object.keys(manifestOf(root).peerDependencies))
      it(`shares one copy of ${name} with the program`, () => {
        const copies = consumer.copiesOf(name);
        assert.equal(copies.length, 1, copies.join("\n"));
      });

    it("runs the quickstart", async () => {
      const printed = await consumer.exec("sequence-remote-api", "dev", "--once", "--json");
      const { amounts, transfers, moneyConserved } = JSON.parse(printed.trimEnd().split("\n").at(-1) ?? "");
      assert.deepEqual(amounts, { rent: 150_000, buffer: 20_000, excess: 260_000 });
      assert.equal(transfers.length, 3);
      assert.equal(moneyConserved, true);
    });

    it("type-checks as Pulumi's TypeScript template does, declarations included", async () => {
      const options = "--noEmit --skipLibCheck false --target es2020 --module commonjs --moduleResolution node";
      await consumer.exec("tsc", "--strict", ...options.split(" "), "index.ts");
    });

    it("names the place in the sources where an error comes from", async () => {
      const script = `new (require("sequence-remote-api/client").SequenceClient)({ baseUrl: "http://example.com" })`;
      const failed = await consumer
        .run([process.execPath, "--enable-source-maps", "-e", script])
        .catch((error) => error.stderr);
      assert.match(failed, /lambda\/client\/\w+\.ts:\d+/);
    });

    // pnpm's folder is a link into its own store, in which npm must install nothing.
    if (manager.name === "npm")
      it("needs no development dependencies, which Pulumi's engine would install in it", async () => {
        await consumer.run(["npm", "install", "--loglevel=error"], consumer.installed);
        assert.ok(!existsSync(join(consumer.installed, "node_modules", "mocha")));
      });

    if (manager.name === "npm" && process.platform === "linux")
      it("leaves no process and no port behind though the npx that started dev is killed", async () => {
        const [npx = "", ...args] = manager.exec;
        const child = spawn(npx, [...args, "sequence-remote-api", "dev"], {
          cwd: consumer.folder,
          stdio: ["ignore", "pipe", "inherit"],
        });
        let printed = "";
        child.stdout.on("data", (chunk) => {
          printed += chunk;
        });
        let started: number[] = [];
        try {
          await until(() => printed.includes("Serving the amount URLs"), "it serves");
          const url = /curl -X POST (\S+\/rent\/\S+)/.exec(printed)?.[1] ?? "";
          assert.equal((await ask(url)).status, 200);
          started = descendantsOf(child.pid ?? 0);
          assert.ok(started.length >= 3, `a shell, the command and its functions: ${started.join()}`);
          child.kill("SIGKILL");
          await until(() => started.every((pid) => !existsSync(`/proc/${pid}`)), "no process is left");
          await assert.rejects(ask(url), { code: "ECONNREFUSED" });
        } finally {
          child.kill("SIGKILL");
          for (const pid of started.filter((each) => existsSync(`/proc/${each}`))) process.kill(pid, "SIGKILL");
        }
      });

    it("is a plugin that Pulumi's engine starts from there", async () => {
      const plugin = await PluginProcess.start(engineCommandIn(consumer.installed), consumer.folder);
      try {
        assert.equal(await plugin.schema(), readFileSync(join(root, "dist", "schema.json"), "utf8"));
      } finally {
        await plugin.stop();
      }
    });
  });

/** Whatever a process has started, and what that has, by id. */
function descendantsOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((each) => /^\d+$/.test(each))) {
    try {
      const afterName = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1) ?? "";
      parents.set(Number(name), Number(afterName.split(" ")[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const children = (of: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === of ? [child, ...children(child)] : []));
  return children(pid);
}
