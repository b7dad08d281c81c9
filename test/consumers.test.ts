import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { removePrograms, writeProgram } from "./support/program";

const run = promisify(execFile);
const root = join(__dirname, "..");
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
const file = (name: string) => readFileSync(join(__dirname, "consumers", name), "utf8");

/** A folder outside of the package that has the package installed. */
function consumer(type: "commonjs" | "module", compilerOptions: Record<string, unknown> = {}): string {
  const options = {
    target: "ES2022",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: ["node"],
    ...compilerOptions,
  };
  return writeProgram({
    "package.json": JSON.stringify({ private: true, type }),
    "tsconfig.json": JSON.stringify({ compilerOptions: options, files: ["consumer.ts"] }),
    "consumer.ts": file("consumer.ts"),
    "run.cjs": file("run.cjs"),
    "run.mjs": file("run.mjs"),
  });
}

describe("Who installs the package", () => {
  after(removePrograms);

  const resolutions = [
    ["commonjs", "node16", "node16"],
    ["commonjs", "commonjs", "node10"],
    ["module", "node16", "node16"],
    ["module", "esnext", "bundler"],
  ] as const;
  for (const [type, module, moduleResolution] of resolutions)
    it(`finds its types from a ${type === "module" ? "ES module" : "CommonJS module"} with moduleResolution ${moduleResolution}`, async () => {
      const cwd = consumer(type, { module, moduleResolution });
      const { stdout } = await run(process.execPath, [tsc, "-p", "."], { cwd }).catch((error) => error);
      assert.equal(stdout, "");
    });

  describe("can run it", () => {
    let server: Server;
    let baseUrl: string;

    before(async () => {
      server = createServer((request, response) => {
        const isAccounts = request.url === "/accounts";
        response.writeHead(isAccounts ? 200 : 400, { "content-type": "application/json" });
        const balance = { amountInDollars: 12.34, error: null };
        const accounts = [{ id: "1", name: "Main", type: "Pod", balance }];
        response.end(
          JSON.stringify(
            isAccounts
              ? { message: "OK", requestId: "r", data: { accounts, errors: [] } }
              : { code: "INVALID_REQUEST", message: "no such rule" },
          ),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    after(async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    });

    for (const [script, how] of [
      ["run.cjs", "require"],
      ["run.mjs", "import"],
    ] as const)
      it(`with ${how}`, async () => {
        const { stdout } = await run(process.execPath, [script, baseUrl], { cwd: consumer("commonjs") });
        assert.deepEqual(JSON.parse(stdout), {
          accounts: [{ id: "1", name: "Main", type: "Pod", balance: { known: true, cents: 1_234 } }],
          failure: [true, 400, "INVALID_REQUEST"],
          amount: 1_234,
          components: ["Fixed", "RemoteApi"],
        });
      });

    it("but sees nothing of its inside", async () => {
      for (const inside of ["dist/provider/index.js", "lambda/client", "provider"])
        await assert.rejects(
          run(process.execPath, ["-e", `require("sequence-remote-api/${inside}")`], { cwd: consumer("commonjs") }),
          /ERR_PACKAGE_PATH_NOT_EXPORTED/,
        );
    });
  });
});
