import { createRequire } from "node:module";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { UserError } from "./userError";

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

/**
 * Loads the SDK from the program's own folder. It must be the very copy that the program uses: what runs in another copy would
 * find no engine.
 */
export function loadSdk(programDirectory: string): Sdk {
  const load = createRequire(join(programDirectory, "package.json"));
  try {
    const loadInner = createRequire(load.resolve("@pulumi/pulumi"));
    const pulumi = load("@pulumi/pulumi");
    const settings = load("@pulumi/pulumi/runtime/settings");
    const rpc = load("@pulumi/pulumi/runtime/rpc");
    stopRecordingStacks(load("@pulumi/pulumi/runtime/debuggable"));
    const { Struct } = loadInner("google-protobuf/google/protobuf/struct_pb.js");
    const { RegisterResourceResponse } = load("@pulumi/pulumi/proto/resource_pb");
    const { InvokeResponse } = load("@pulumi/pulumi/proto/provider_pb");
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
        await pulumi.runtime.setMocks({ newResource: unused, call: unused }, project, stack, preview, "sandbox");
        settings.setMockOptions(monitor, project, stack, preview, "sandbox");
      },
      waitForRPCs: () => settings.waitForRPCs(),
      deserialize: (struct, keepUnknowns) => rpc.deserializeProperties(struct, keepUnknowns),
      serialize: (values) => rpc.serializeProperties("", values),
      MockMonitor: load("@pulumi/pulumi/runtime/mocks").MockMonitor,
      pulumi,
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new UserError(
      `@pulumi/pulumi isn't installed for the program in ${programDirectory}. Run "npm install" there (in this repository: "npm ci" at its root).`,
    );
  }
}

interface Debuggable {
  debuggablePromise: ((...args: unknown[]) => unknown) & { readonly recordsNoStack?: boolean };
}

/**
 * Pulumi's runtime records a stack trace with each promise, thousands in a deployment, and reads it only to debug promises that
 * are left behind. With source maps on, as tsx has them, they take three quarters of a deployment's time.
 */
function stopRecordingStacks(debuggable: Debuggable): void {
  const { debuggablePromise } = debuggable;
  if (process.env.PULUMI_DEBUG_PROMISE_LEAKS || debuggablePromise.recordsNoStack) return;
  const recordingNoStack = (...args: unknown[]) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
  // Where a later Pulumi doesn't let it be replaced, deployments are slower, and nothing else.
  Reflect.set(debuggable, "debuggablePromise", Object.assign(recordingNoStack, { recordsNoStack: true }));
}

function unused(): never {
  throw new Error("the engine's monitor answers itself");
}
