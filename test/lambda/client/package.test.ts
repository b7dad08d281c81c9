import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { accepted, ScriptedServer } from "./support";

const folder = path.join(__dirname, "..", "..", "..", "lambda", "client");

describe("the client as a package", () => {
  it("depends on nothing but Node", () => {
    for (const file of readdirSync(folder)) {
      const source = readFileSync(path.join(folder, file), "utf8");
      for (const [, name = ""] of source.matchAll(/(?:from|import|require)\s*\(?\s*"([^"]+)"/g)) {
        const ours = name.startsWith("./");
        assert.ok(ours || builtinModules.includes(name.replace("node:", "")), `${file} imports ${name}`);
      }
    }
  });

  it("lets a process end that has made a call, although the connection is kept", async () => {
    const server = await ScriptedServer.start();
    server.answers(accepted);
    const script = `
      const { SequenceClient } = require(${JSON.stringify(folder)});
      new SequenceClient({ baseUrl: ${JSON.stringify(server.url)} })
        .triggerRule("ru_1", { apiSecret: "sec_0123456789" })
        .then(({ requestId }) => console.log(requestId));`;
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let printed = "";
    child.stdout.on("data", (data: Buffer) => (printed += data));
    // A server that closes the connection would let the process end too.
    const ended = new Promise((resolve) => child.once("close", resolve));
    assert.equal(await ended, 0);
    assert.equal(printed.trim(), "req-ok");
    await server.stop();
  });
});
