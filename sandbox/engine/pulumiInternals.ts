import { createRequire } from "node:module";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { type Debuggable, deferringClosureTools, recordNoStacks } from "./pulumiSpeed";
import { UserError } from "./userError";

// Everything that the engine takes from inside @pulumi/pulumi, and nothing else of the engine: these names are not part of
// Pulumi's public API. A new version is read by comparing this file and pulumiSpeed.ts with the package, then READ_VERSION is raised.

/** The version of `@pulumi/pulumi` in which these internals were read. */
export const READ_VERSION = "3.248.0";

/** Pulumi's SDK as the user's program will load it, with the parts of its runtime that the engine stands on. */
export interface Sdk {
  readonly pulumi: typeof pulumi;
  readonly MockMonitor: new (mocks: unknown) => MonitorBase;
  /** Points the runtime at a monitor. */
  setMonitor(monitor: MonitorBase, run: { project: string; stack: string; preview: boolean }): Promise<void>;
  /** Resolves when no registration is under way. */
  waitForRPCs(): Promise<void>;
  /** Reads what came over the wire; secrets stay marked. */
  deserialize(struct: unknown, keepUnknowns?: boolean): Record<string, unknown>;
  /** Makes values ready for the wire. */
  serialize(values: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Makes the monitor's answer to a registration. */
  registered(urn: string, id: string, state: Record<string, unknown>): unknown;
  /** Makes the monitor's answer to a provider function. */
  invoked(result: Record<string, unknown>): unknown;
}

/** What Pulumi's test monitor keeps; some of it is private by its types. */
export interface MonitorBase {
  readonly resources: Map<string, { urn: string; id: string | null; state: unknown }>;
  newUrn(parent: string, type: string, name: string): string;
}

/** How the runtime's requests to its monitor are answered. */
export type MonitorCallback = (error: unknown, response?: unknown) => void;

export interface RegisterRequest {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): unknown;
  getDependenciesList(): string[];
  getProvider(): string;
  getProtect(): boolean | undefined;
  getAdditionalsecretoutputsList(): string[];
}

export interface OutputsRequest {
  getUrn(): string;
  getOutputs(): unknown;
}

export interface InvokeRequest {
  getTok(): string;
  getArgs(): unknown;
}

/** The type of the resource that stands for the stack itself. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

/** Key with which the runtime marks what is no plain value, and its values (runtime/rpc.ts, asset/). */
export const SPECIAL_KEY = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const ASSET = "c44067f5952c0a294b673a41bacd8c17";
export const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** The value inside of a secret mark; undefined if `value` isn't marked. */
export function markedSecret(value: object): { readonly value: unknown } | undefined {
  return (value as Record<string, unknown>)[SPECIAL_KEY] === SECRET ? (value as { value: unknown }) : undefined;
}

/** Whether Pulumi tells the user with it what is wrong. The program's own copy of Pulumi has classes of its own. */
export function isPulumiError(error: unknown): boolean {
  const marked = error as { __pulumiRunError?: boolean; __pulumiInputPropertiesError?: boolean } | undefined;
  return Boolean(marked?.__pulumiRunError || marked?.__pulumiInputPropertiesError);
}

/** The error of a provider function: the runtime takes its text from where gRPC has it. */
export function invokeError(error: Error): Error {
  return Object.assign(error, { details: error.message });
}

/**
 * Loads the SDK from the program's own folder. It must be the very copy that the program uses: what runs in another copy would
 * find no engine.
 *
 * @throws UserError if there is none, or if it isn't built like the one of READ_VERSION.
 */
export function loadSdk(programDirectory: string): Sdk {
  const load = createRequire(join(programDirectory, "package.json"));
  const version = installedVersion(load, programDirectory);
  const part = <T extends object>(module: string, ...names: readonly (keyof T & string)[]): T => {
    const moved = (what: string) =>
      new UserError(
        `@pulumi/pulumi ${version} has no ${what}, which the sandbox stands on (read in ${READ_VERSION}). Install @pulumi/pulumi@${READ_VERSION} in ${programDirectory}, or a newer sequence-remote-api.`,
      );
    const loaded = loadIfThere<T>(load, `@pulumi/pulumi${module}`);
    if (!loaded) throw moved(module.slice(1));
    for (const name of names)
      if (loaded[name] === undefined) throw moved(`${name} in ${module.slice(1) || "its index"}`);
    return loaded;
  };
  const sdk = deferringClosureTools(createRequire(load.resolve("@pulumi/pulumi/package.json")), () =>
    part<typeof pulumi>("", "runtime", "secret", "containsUnknowns", "Config", "asset"),
  );
  const settings = part<RuntimeSettings>("/runtime/settings", "setMockOptions", "waitForRPCs");
  const rpc = part<RuntimeRpc>("/runtime/rpc", "deserializeProperties", "serializeProperties");
  const { MockMonitor } = part<Pick<Sdk, "MockMonitor">>("/runtime/mocks", "MockMonitor");
  const { RegisterResourceResponse } = part<ResourceMessages>("/proto/resource_pb", "RegisterResourceResponse");
  const { InvokeResponse } = part<ProviderMessages>("/proto/provider_pb", "InvokeResponse");
  recordNoStacks(sdk, part<Debuggable>("/runtime/debuggable", "debuggablePromise"));
  // Pulumi's own copy, so that its messages take what this one makes.
  const { Struct } = createRequire(load.resolve("@pulumi/pulumi"))("google-protobuf/google/protobuf/struct_pb.js");
  return {
    registered(urn, id, state) {
      const response = new RegisterResourceResponse();
      response.setUrn(urn);
      response.setId(id);
      response.setObject(Struct.fromJavaScript(state));
      return response;
    },
    invoked(result) {
      const response = new InvokeResponse();
      response.setReturn(Struct.fromJavaScript(result));
      return response;
    },
    async setMonitor(monitor, { project, stack, preview }) {
      // Turns on the features that the runtime has under test; its own monitor is replaced at once.
      await sdk.runtime.setMocks({ newResource: unused, call: unused }, project, stack, preview, "sandbox");
      settings.setMockOptions(monitor, project, stack, preview, "sandbox");
    },
    waitForRPCs: () => settings.waitForRPCs(),
    deserialize: (struct, keepUnknowns) => rpc.deserializeProperties(struct, keepUnknowns),
    serialize: (values) => rpc.serializeProperties("", values),
    MockMonitor,
    pulumi: sdk,
  };
}

interface RuntimeSettings {
  setMockOptions(monitor: MonitorBase, project: string, stack: string, preview: boolean, organization: string): void;
  waitForRPCs(): Promise<void>;
}

interface RuntimeRpc {
  deserializeProperties(struct: unknown, keepUnknowns?: boolean): Record<string, unknown>;
  serializeProperties(label: string, values: Record<string, unknown>): Promise<Record<string, unknown>>;
}

interface ResourceMessages {
  readonly RegisterResourceResponse: new () => {
    setUrn(urn: string): void;
    setId(id: string): void;
    setObject(struct: unknown): void;
  };
}

interface ProviderMessages {
  readonly InvokeResponse: new () => { setReturn(struct: unknown): void };
}

function installedVersion(load: NodeJS.Require, programDirectory: string): string {
  const manifest = loadIfThere<{ readonly version: string }>(load, "@pulumi/pulumi/package.json");
  if (manifest) return manifest.version;
  throw new UserError(
    `@pulumi/pulumi isn't installed for the program in ${programDirectory}. Run "npm install" there (in this repository: "npm ci" at its root).`,
  );
}

function loadIfThere<T>(load: NodeJS.Require, module: string): T | undefined {
  try {
    load.resolve(module);
  } catch {
    return undefined;
  }
  return load(module) as T;
}

function unused(): never {
  throw new Error("the engine's monitor answers itself");
}
