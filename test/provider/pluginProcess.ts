import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PlausibleCloud, root } from "./support";

/** gRPC and the engine's protocol, in the copies that Pulumi's SDK uses. */
const load = createRequire(require.resolve("@pulumi/pulumi"));
const grpc = load("@grpc/grpc-js");
const { Struct } = load("google-protobuf/google/protobuf/struct_pb.js");
const { Empty } = load("google-protobuf/google/protobuf/empty_pb.js");
const proto = {
  engine: load("@pulumi/pulumi/proto/engine_grpc_pb"),
  engineMessages: load("@pulumi/pulumi/proto/engine_pb"),
  monitor: load("@pulumi/pulumi/proto/resource_grpc_pb"),
  monitorMessages: load("@pulumi/pulumi/proto/resource_pb"),
  provider: load("@pulumi/pulumi/proto/provider_grpc_pb"),
  providerMessages: load("@pulumi/pulumi/proto/provider_pb"),
};

/** The keys and values that mark special values on the wire (runtime/rpc.ts in Pulumi's SDK). */
const SPECIAL_KEY = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** A secret as the engine hands it on from a program in another language. */
export const secret = (value: unknown) => ({ [SPECIAL_KEY]: OUTPUT, value, secret: true, dependencies: [] });
/** The same from a sender that knows only the old form, which makes the whole map around it secret. */
export const oldSecret = (value: unknown) => ({ [SPECIAL_KEY]: SECRET, value });
export const isSecret = (value: unknown): value is { value: unknown } =>
  (value as Record<string, unknown> | undefined)?.[SPECIAL_KEY] === SECRET;

/** A resource as the plugin asked the engine for it; secrets are marked. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  readonly provider: string;
  readonly inputs: Record<string, unknown>;
}

export interface Constructed {
  readonly urn: string;
  readonly state: Record<string, unknown>;
}

// biome-ignore lint/suspicious/noExplicitAny: the generated protocol classes have no types for a loaded copy
type Message = any;
type Reply = (error: object | null, response?: Message) => void;

/** What a program or a plugin logged at the engine. */
export interface Logged {
  readonly level: "debug" | "info" | "warning" | "error";
  readonly message: string;
}

/** Pulumi's engine, as far as programs and plugins call it. */
export class Engine {
  readonly registered: Registered[] = [];
  readonly logged: Logged[] = [];

  private constructor(
    private readonly server: Message,
    public address: string,
  ) {}

  static async start(): Promise<Engine> {
    const engine = new Engine(new grpc.Server(), "");
    engine.server.addService(
      proto.engine.EngineService,
      engineService((entry) => engine.logged.push(entry)),
    );
    engine.server.addService(
      proto.monitor.ResourceMonitorService,
      monitorService((each) => engine.registered.push(each)),
    );
    const port = await new Promise<number>((resolve, reject) =>
      engine.server.bindAsync(
        "127.0.0.1:0",
        grpc.ServerCredentials.createInsecure(),
        (error: Error | null, bound: number) => (error ? reject(error) : resolve(bound)),
      ),
    );
    engine.address = `127.0.0.1:${port}`;
    return engine;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

/** The plugin as Pulumi's engine runs it: a process that serves gRPC, and an engine that it can call. */
export class PluginProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly engine: Engine,
    private readonly client: Message,
  ) {}

  get registered(): Registered[] {
    return this.engine.registered;
  }

  /** @param command what Node runs; the engine's address is added to it. */
  static async start(command: string[], workingDirectory: string): Promise<PluginProcess> {
    const engine = await Engine.start();
    const child = spawn(process.execPath, [...command, engine.address], {
      cwd: workingDirectory,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const [pluginPort] = (await once(lines, "line")) as [string];
    const client = new proto.provider.ResourceProviderClient(
      `127.0.0.1:${pluginPort}`,
      grpc.credentials.createInsecure(),
    );
    return new PluginProcess(child, engine, client);
  }

  async version(): Promise<string> {
    return (await this.ask("getPluginInfo", new Empty())).getVersion();
  }

  async schema(): Promise<string> {
    return (await this.ask("getSchema", new proto.providerMessages.GetSchemaRequest())).getSchema();
  }

  async construct(
    type: string,
    name: string,
    inputs: object,
    options: { readonly preview?: boolean; readonly providers?: Record<string, string> } = {},
  ): Promise<Constructed> {
    const request = new proto.providerMessages.ConstructRequest();
    request.setProject("test");
    request.setStack("test");
    request.setOrganization("organization");
    request.setDryrun(options.preview ?? false);
    request.setParallel(8);
    request.setMonitorendpoint(this.engine.address);
    request.setType(type);
    request.setName(name);
    request.setInputs(Struct.fromJavaScript(inputs));
    request.setAcceptsOutputValues(false);
    for (const [key, reference] of Object.entries(options.providers ?? {}))
      request.getProvidersMap().set(key, reference);
    const response = await this.ask("construct", request);
    return { urn: response.getUrn(), state: response.getState().toJavaScript() };
  }

  /** Ends the process; the result is what it printed after its port. */
  async stop(): Promise<string> {
    const printed: string[] = [];
    this.child.stdout?.on("data", (chunk) => printed.push(String(chunk)));
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await ended;
    this.client.close();
    this.engine.stop();
    return printed.join("");
  }

  private ask(method: string, request: Message): Promise<Message> {
    return new Promise((resolve, reject) =>
      this.client[method](request, (error: Error | null, response: Message) =>
        error ? reject(error) : resolve(response),
      ),
    );
  }
}

function engineService(log: (entry: Logged) => void) {
  const levels = ["debug", "info", "warning", "error"] as const;
  return {
    log: ({ request }: Message, reply: Reply) => {
      log({ level: levels[request.getSeverity()] ?? "error", message: request.getMessage() });
      reply(null, new Empty());
    },
    getRootResource: (_call: Message, reply: Reply) => reply(null, new proto.engineMessages.GetRootResourceResponse()),
    setRootResource: (_call: Message, reply: Reply) => reply(null, new proto.engineMessages.SetRootResourceResponse()),
  };
}

function monitorService(record: (registered: Registered) => void) {
  const cloud = new PlausibleCloud();
  const supported = ["secrets", "resourceReferences", "deletedWith", "aliasSpecs", "parameterization"];
  return {
    supportsFeature: (call: Message, reply: Reply) => {
      const response = new proto.monitorMessages.SupportsFeatureResponse();
      response.setHassupport(supported.includes(call.request.getId()));
      reply(null, response);
    },
    registerResource: async ({ request }: Message, reply: Reply) => {
      const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
      const inputs = (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
      record({ type, name, parent, provider: request.getProvider(), inputs });
      const made = request.getCustom()
        ? await cloud.create({ type, name, inputs: plain(inputs) as Record<string, unknown>, archives: {} })
        : { id: "", state: {} };
      const response = new proto.monitorMessages.RegisterResourceResponse();
      response.setUrn(`urn:pulumi:test::test::${parent ? `${parent.split("::")[2]}$` : ""}${type}::${name}`);
      response.setId(made.id);
      response.setObject(Struct.fromJavaScript(made.state));
      reply(null, response);
    },
    // The SDK asks for the state of a provider that it was given by reference.
    invoke: ({ request }: Message, reply: Reply) => {
      const { urn } = request.getArgs().toJavaScript();
      const response = new proto.providerMessages.InvokeResponse();
      response.setReturn(Struct.fromJavaScript({ urn, id: `${urn.split("::").at(-1)}-id`, state: {} }));
      reply(null, response);
    },
    registerResourceOutputs: (_call: Message, reply: Reply) => reply(null, new Empty()),
  };
}

function plain(value: unknown): unknown {
  if (isSecret(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

/** What the engine runs: Pulumi's runner for plugins, of the package's own copy, which requires the package's folder. */
export function engineCommandIn(folder: string): string[] {
  return [createRequire(join(folder, "package.json")).resolve("@pulumi/pulumi/cmd/run-plugin"), folder];
}

export const engineCommand = engineCommandIn(root);

/** The package's folder required by Node alone; when it ends it prints the modules that were loaded. */
export const bareCommand = [
  "-e",
  `const serve = require(process.argv[1]);
   process.on("SIGTERM", () => { console.log(Object.keys(require.cache).join("\\n")); process.exit(0); });
   void serve();`,
  root,
];

/** What the engine runs for a program: Pulumi's runner for Node.js. */
export function programCommand(engine: Engine, options: { readonly cwd: string; readonly preview: boolean }): string[] {
  return [
    load.resolve("@pulumi/pulumi/cmd/run"),
    `--monitor=${engine.address}`,
    `--engine=${engine.address}`,
    "--organization=organization",
    "--project=test",
    "--stack=test",
    `--root-directory=${options.cwd}`,
    `--pwd=${options.cwd}`,
    "--parallel=8",
    ...(options.preview ? ["--dry-run"] : []),
    ".",
  ];
}
