import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { accepted, ScriptedServer } from "./support";

const folder = path.join(__dirname, "..", "..", "..", "lambda", "client");
const agreements = path.join(folder, "..", "agreements");

describe("the client as a package", () => {
  it("depends on nothing but Node and our agreements, which depend on nothing else", () => {
    const files = readdirSync(folder).map((file) => path.join(folder, file));
    const seen = new Set(files);
    for (const file of files) {
      const source = readFileSync(file, "utf8");
      for (const [, name = ""] of source.matchAll(/(?:from|import|require)\s*\(?\s*"([^"]+)"/g)) {
        if (builtinModules.includes(name.replace("node:", ""))) continue;
        const imported = `${path.join(path.dirname(file), name)}.ts`;
        const ours = name.startsWith(".") && [folder, agreements].includes(path.dirname(imported));
        assert.ok(
          ours && (path.dirname(file) === folder || path.dirname(imported) === agreements),
          `${file} imports ${name}`,
        );
        if (!seen.has(imported)) files.push(imported);
        seen.add(imported);
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
