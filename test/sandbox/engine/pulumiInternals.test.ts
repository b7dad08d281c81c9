import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  ARCHIVE,
  ASSET,
  isPulumiError,
  loadSdk,
  markedSecret,
  READ_VERSION,
  SECRET,
  SPECIAL_KEY,
  STACK_TYPE,
} from "../../../sandbox/engine/pulumiInternals";
import { UserError } from "../../../sandbox/engine/userError";

const root = join(__dirname, "..", "..", "..");

/** A folder with a package @pulumi/pulumi of these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "sequence-internals-"));
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, "node_modules", "@pulumi", "pulumi", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

function refused(files: Readonly<Record<string, string>>, ...says: string[]): void {
  const folder = folderWith(files);
  try {
    assert.throws(
      () => loadSdk(folder),
      (error: Error) => {
        assert.ok(error instanceof UserError, String(error));
        for (const text of says) assert.ok(error.message.includes(text), error.message);
        return true;
      },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("What the engine takes from inside of Pulumi", () => {
  it("was read in the version that is installed: compare pulumiInternals.ts with it before you raise READ_VERSION", () => {
    assert.equal(require("@pulumi/pulumi/package.json").version, READ_VERSION);
  });

  it("is there: modules and names", () => {
    const sdk = loadSdk(root);
    assert.ok(sdk.pulumi === require("@pulumi/pulumi"));
    for (const method of ["registerResource", "readResource", "registerResourceOutputs", "invoke", "newUrn"])
      assert.equal(typeof sdk.MockMonitor.prototype[method], "function", method);
    assert.ok(new sdk.MockMonitor(undefined).resources instanceof Map);
  });

  it("reads requests by the names that they have", () => {
    const { RegisterResourceRequest, RegisterResourceOutputsRequest } = require("@pulumi/pulumi/proto/resource_pb");
    const { ResourceInvokeRequest } = require("@pulumi/pulumi/proto/resource_pb");
    const has = (message: { prototype: object }, ...getters: string[]) => {
      for (const getter of getters) assert.ok(getter in message.prototype, getter);
    };
    has(RegisterResourceRequest, "getType", "getName", "getParent", "getCustom", "getObject", "getDependenciesList");
    has(RegisterResourceRequest, "getProvider", "getProtect", "getAdditionalsecretoutputsList");
    has(RegisterResourceOutputsRequest, "getUrn", "getOutputs");
    has(ResourceInvokeRequest, "getTok", "getArgs");
  });

  it("knows a secret and the stack by the marks that Pulumi makes", () => {
    const {
      specialSigKey,
      specialSecretSig,
      specialAssetSig,
      specialArchiveSig,
    } = require("@pulumi/pulumi/runtime/rpc");
    assert.deepEqual([SPECIAL_KEY, SECRET], [specialSigKey, specialSecretSig]);
    assert.deepEqual([ASSET, ARCHIVE], [specialAssetSig, specialArchiveSig]);
    assert.equal(markedSecret({ [specialSigKey]: specialSecretSig, value: 5 })?.value, 5);
    assert.equal(markedSecret({ [specialSigKey]: "another", value: 5 }), undefined);
    assert.equal(STACK_TYPE, require("@pulumi/pulumi/runtime/stack").rootPulumiStackTypeName);
  });

  it("knows Pulumi's errors for the user by the marks that they have", () => {
    assert.equal(isPulumiError(new pulumi.RunError("no")), true);
    assert.equal(isPulumiError(new pulumi.InputPropertiesError({ message: "no", errors: [] })), true);
    assert.equal(isPulumiError(new Error("no")), false);
    assert.equal(isPulumiError(undefined), false);
  });

  it("is missed by name if a version lacks a module or a name, with what to do", () => {
    const index = "module.exports = { runtime: {}, secret: 1, containsUnknowns: 1, Config: 1, asset: {} };";
    const pulumiPackage = { "package.json": '{ "version": "9.9.9" }', "index.js": index };
    refused(pulumiPackage, "@pulumi/pulumi 9.9.9 has no runtime/settings", READ_VERSION, "Install");
    refused(
      { ...pulumiPackage, "runtime/settings.js": "exports.setMockOptions = 1;" },
      "9.9.9 has no waitForRPCs in runtime/settings",
    );
  });

  it("is said to be not installed if there is no Pulumi", () => refused({ "../other/x": "" }, "isn't installed"));
});
