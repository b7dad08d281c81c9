import { ACCESS_TOKEN_FIELD, type AmountFunctionConfig, amountEnvironment } from "../../lambda/agreements/amountConfig";
import type { AmountSpec } from "../../lambda/agreements/amountKinds";
import { ruleIdOf } from "../../lambda/agreements/ruleId";
import type { TriggerFunctionConfig } from "../../lambda/agreements/triggerConfig";
import { LocalCloud } from "../aws/localCloud";
import type { Cloud, CreateRequest } from "../aws/types";
import { SandboxClock } from "../clock";
import { deploy, type ProgramConfig, type Project } from "../engine";

/** Where the program has a credential from. */
export type CredentialSource =
  /** The value of this configuration key. */
  | { readonly config: string }
  /** The operator fills this secret: its name in the program, or its ARN if it is not the program's own. */
  | { readonly secret: string }
  /** The program itself; its text is not repeated. */
  | "program";

/** What a `sandbox.yaml` has to say about the program. */
export interface Observed {
  /** Made up for the program, by short key. */
  readonly invented: readonly { readonly key: string; readonly what: "secret" | "mail address" }[];
  readonly accessToken: CredentialSource | undefined;
  readonly rules: readonly {
    readonly id: string;
    readonly name: string;
    readonly apiSecret: CredentialSource;
    /** The amounts that it is declared to ask for. */
    readonly asks: readonly string[];
  }[];
  readonly amounts: readonly {
    readonly name: string;
    readonly spec: AmountSpec;
    /** The stack output that holds the URL, if the program exports it. */
    readonly output: string | undefined;
  }[];
}

/**
 * Runs the program, without starting what it declares, and reads from the functions' archives what they will work with.
 *
 * @throws UserError as `deploy` does.
 */
export async function observeProgram(project: Project, config: ProgramConfig, settingsFile: string): Promise<Observed> {
  const clock = new SandboxClock(Date.now());
  const cloud = new LocalCloud({ clock });
  const functions: CreateRequest[] = [];
  const secrets = new Secrets();
  const recording: Cloud = {
    invoke: (token, args) => cloud.invoke(token, args),
    create: async (request) => {
      const created = await cloud.create(request);
      if (request.archives.code?.["config.json"]) functions.push(request);
      secrets.note(request, created.state);
      return created;
    },
  };
  try {
    await cloud.open();
    const { outputs } = await deploy({ project, cloud: recording, config, settingsFile });
    const shortKey = (key: string) => key.replace(`${project.name}:`, "");
    const sourceOf = (arn: string, field: string): CredentialSource => {
      const value = secrets.valueOf(arn, field);
      if (value === undefined) return { secret: secrets.nameOf(arn) };
      const key = [...config.values].find(([, each]) => each === value)?.[0];
      return key === undefined ? "program" : { config: shortKey(key) };
    };
    return {
      invented: config.invented.map(({ key, what }) => ({ key: shortKey(key), what })),
      accessToken: accessTokenOf(functions, sourceOf),
      rules: rulesOf(functions, sourceOf),
      amounts: amountsOf(functions, outputs),
    };
  } finally {
    await cloud.stop();
    clock.stop();
  }
}

type SourceOf = (arn: string, field: string) => CredentialSource;

function accessTokenOf(functions: readonly CreateRequest[], sourceOf: SourceOf): CredentialSource | undefined {
  for (const { inputs } of functions) {
    const { variables } = (inputs.environment ?? {}) as { variables?: Record<string, string> };
    const arn = variables?.[amountEnvironment.accessTokenSecretArn];
    if (arn) return sourceOf(arn, ACCESS_TOKEN_FIELD);
  }
  return undefined;
}

function rulesOf(functions: readonly CreateRequest[], sourceOf: SourceOf): Observed["rules"] {
  const rules = new Map<string, Observed["rules"][number]>();
  for (const { triggers = {} } of functions.map(configOf))
    for (const [name, { ruleId, apiSecretArn, asks = [] }] of Object.entries(triggers)) {
      const id = ruleIdOf(ruleId);
      const known = rules.get(id) ?? { id, name, apiSecret: sourceOf(apiSecretArn, id), asks: [] };
      rules.set(id, { ...known, asks: [...new Set([...known.asks, ...asks])] });
    }
  return [...rules.values()];
}

function amountsOf(functions: readonly CreateRequest[], outputs: Record<string, unknown>): Observed["amounts"] {
  return functions.flatMap((request) =>
    Object.entries(configOf(request).amounts ?? {}).map(([name, spec]) => ({
      name,
      spec,
      output: pathOfUrl(outputs, `/amounts/${name}/`),
    })),
  );
}

function configOf({ archives }: CreateRequest): Partial<AmountFunctionConfig & TriggerFunctionConfig> {
  return JSON.parse(archives.code?.["config.json"]?.toString("utf8") ?? "{}");
}

/** The dotted path of the first output, or value in an output, that is a URL with this in it. */
function pathOfUrl(outputs: unknown, part: string): string | undefined {
  if (typeof outputs !== "object" || outputs === null) return undefined;
  for (const [key, value] of Object.entries(outputs)) {
    if (typeof value === "string" && value.startsWith("http") && value.includes(part)) return key;
    const inner = pathOfUrl(value, part);
    if (inner !== undefined) return `${key}.${inner}`;
  }
  return undefined;
}

/** The secrets that the program declares, and what it stores in them. */
class Secrets {
  private readonly names = new Map<string, string>();
  private readonly values = new Map<string, string>();

  note({ type, name, inputs }: CreateRequest, state: Record<string, unknown>): void {
    if (type === "aws:secretsmanager/secret:Secret") this.names.set(String(state.arn), name);
    if (type === "aws:secretsmanager/secretVersion:SecretVersion")
      this.values.set(String(inputs.secretId), String(inputs.secretString));
  }

  /** The name in the program; the ARN of one that the program doesn't declare. */
  nameOf(arn: string): string {
    return this.names.get(arn) ?? arn;
  }

  /** A secret holds one text, or a JSON object with the credential under `field`. */
  valueOf(arn: string, field: string): string | undefined {
    const text = this.values.get(arn);
    try {
      const parsed = JSON.parse(text ?? "null");
      return typeof parsed === "object" && parsed !== null ? parsed[field] : text;
    } catch {
      return text;
    }
  }
}
