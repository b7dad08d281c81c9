import type { ArchiveFiles, Cloud, CreateRequest } from "../aws/types";
import {
  type InvokeRequest,
  invokeError,
  type MonitorBase,
  type MonitorCallback,
  type OutputsRequest,
  type RegisterRequest,
  type Sdk,
  STACK_TYPE,
} from "./pulumiInternals";
import { plainInputs } from "./values";

/** A resource that the program declared. */
export interface DeclaredResource {
  readonly urn: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  readonly type: string;
  readonly name: string;
  /** False for components. */
  readonly custom: boolean;
  /** URNs that the program names in `dependsOn`, or refers to. */
  readonly dependencies: readonly string[];
  /** Reference to the explicit provider, URN and id; empty for the default one. */
  readonly provider: string;
  readonly protect: boolean;
  /** The resource's id in the cloud; empty for components. */
  readonly id: string;
  /** The plain inputs, secrets included: never print them. */
  readonly inputs: Record<string, unknown>;
  /** The files of its archives, by the input. */
  readonly archives: Readonly<Record<string, ArchiveFiles>>;
  readonly state: Record<string, unknown>;
  /** The top-level inputs in which there is a secret. */
  readonly secretKeys: readonly string[];
  /** The members of its state in which there is a secret. */
  readonly secretOutputs: readonly string[];
}

/** The stack's outputs. */
interface StackOutputs {
  readonly values: Record<string, unknown>;
  /** Those in which there is a secret. */
  readonly secretKeys: readonly string[];
}

/** What happened at the monitor while the program ran. */
export interface Registrations {
  /** Absent until the program has come to its end. What a preview doesn't know is left out. */
  outputs?: StackOutputs;
  readonly resources: DeclaredResource[];
  /** What components registered as their outputs, by URN; secrets are plain in it. */
  readonly componentOutputs: Map<string, Record<string, unknown>>;
  readonly onResource?: (made: number) => void;
  readonly failures: { readonly type: string; readonly name: string; readonly error: Error }[];
}

/**
 * Pulumi's own test monitor, with a cloud behind it. The stock one tells its mocks neither a resource's parent nor its
 * dependencies, and treats no output as secret.
 */
export function createMonitor(sdk: Sdk, cloud: Cloud, registrations: Registrations, preview: boolean): MonitorBase {
  class CloudMonitor extends sdk.MockMonitor {
    // A resource is made once all it depends on is; the order of registration is the program's.
    async registerResource(req: RegisterRequest, callback: MonitorCallback): Promise<void> {
      const [type, name] = [req.getType(), req.getName()];
      try {
        const urn = this.newUrn(req.getParent(), type, name);
        if (this.resources.has(urn)) throw new Error(`Duplicate resource URN '${urn}'; try giving it a unique name`);
        this.resources.set(urn, { urn, id: null, state: {} });
        const inputs = await plainInputs(sdk.deserialize(req.getObject(), preview), sdk.pulumi);
        const made = await create({ type, name, inputs: inputs.values, archives: inputs.archives }, req.getCustom());
        const secretKeys = new Set([...inputs.secretKeys, ...req.getAdditionalsecretoutputsList()]);
        const state = Object.fromEntries(
          Object.entries(made.state).map(([key, value]) => [
            key,
            secretKeys.has(key) ? sdk.pulumi.secret(value) : value,
          ]),
        );
        const serialized = await sdk.serialize(state);
        this.resources.set(urn, { urn, id: made.id || null, state: serialized });
        registrations.resources.push({
          urn,
          parent: req.getParent(),
          type,
          name,
          custom: req.getCustom(),
          dependencies: req.getDependenciesList(),
          provider: req.getProvider(),
          protect: req.getProtect() ?? false,
          id: made.id,
          inputs: inputs.values,
          archives: inputs.archives,
          state: made.state,
          secretKeys: inputs.secretKeys,
          secretOutputs: [...secretKeys],
        });
        registrations.onResource?.(registrations.resources.length);
        callback(null, sdk.registered(urn, made.id, serialized));
      } catch (error) {
        registrations.failures.push({ type, name, error: error as Error });
        callback(error);
      }
    }

    async readResource(req: RegisterRequest, callback: MonitorCallback): Promise<void> {
      const error = new Error(
        "the sandbox has nothing that exists before the program runs: declare it, or take its value from the configuration",
      );
      registrations.failures.push({ type: req.getType(), name: req.getName(), error });
      callback(error);
    }

    // `runInPulumiStack` gives the stack's outputs too, but no longer tells which of them are secret.
    async registerResourceOutputs(req: OutputsRequest, callback: MonitorCallback): Promise<void> {
      try {
        const resource = registrations.resources.find(({ urn }) => urn === req.getUrn());
        const outputs = await outputsOf(req);
        if (resource?.type === STACK_TYPE) registrations.outputs = outputs;
        else if (resource) registrations.componentOutputs.set(resource.urn, outputs.values);
        callback(null, {});
      } catch (error) {
        registrations.failures.push({ type: "stack outputs", name: "", error: error as Error });
        callback(error);
      }
    }

    async invoke(req: InvokeRequest, callback: MonitorCallback): Promise<void> {
      try {
        const args = sdk.deserialize(req.getArgs());
        const result = await cloud.invoke(req.getTok(), args);
        callback(null, sdk.invoked(await sdk.serialize(result)));
      } catch (error) {
        registrations.failures.push({ type: req.getTok(), name: "(function)", error: error as Error });
        callback(invokeError(error as Error));
      }
    }
  }

  async function outputsOf(req: OutputsRequest): Promise<StackOutputs> {
    const { values, secretKeys } = await plainInputs(sdk.deserialize(req.getOutputs()), sdk.pulumi);
    const known = Object.entries(values).filter(([, value]) => !sdk.pulumi.containsUnknowns(value));
    return { values: Object.fromEntries(known), secretKeys };
  }

  async function create(request: CreateRequest, custom: boolean) {
    // In a preview, what isn't in the answer is unknown to the program.
    if (!custom || preview) return { id: "", state: {} };
    // An explicit provider is configuration of the real one; the cloud at hand is always the same.
    if (request.type.startsWith("pulumi:providers:")) return { id: `${request.name}-id`, state: request.inputs };
    return cloud.create(request);
  }

  return new CloudMonitor(undefined);
}
