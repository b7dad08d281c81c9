import type { DeclaredResource, Deployment, SandboxOptions } from "../../sandbox";
import { deploy, programConfig, readProject } from "../../sandbox/engine";
import { type Changes, EmulatorCloud } from "./cloud";
import { clientsFor } from "./cloud/clients";

const REGION = "us-east-1";
const BASE_URL_VARIABLE = "SEQUENCE_BASE_URL";

export const CONFIG = {
  accessToken: "the-access-token-of-the-emulator-tier",
  invoiceSecret: "the-invoice-secret-of-the-emulator-tier",
  paydaySecret: "the-api-secret-of-the-emulator-tier",
  alarmEmail: "you@example.com",
};

/** The emulator's cloud. The functions find Sequence at `sequenceUrl`. */
export function emulatorCloud(sequenceUrl: string): EmulatorCloud {
  const url = process.env.EMULATOR_URL;
  if (!url) throw new Error("EMULATOR_URL is missing: run the tests by npm run test:emulator");
  return new EmulatorCloud({
    clients: clientsFor(url, REGION),
    region: REGION,
    // MiniStack serves HTTP APIs of this account only.
    account: "000000000000",
    // Names below localhost aren't resolved on every machine, so the API is called by its path.
    urlOfApi: (apiId) => `${url}/_aws/execute-api/${apiId}`,
    overrideEnvironment: (declared) =>
      BASE_URL_VARIABLE in declared ? { ...declared, [BASE_URL_VARIABLE]: sequenceUrl } : declared,
  });
}

/** Runs the program in `directory` by the sandbox's engine, against the emulator. */
export async function deployProgram(
  cloud: EmulatorCloud,
  { directory }: Pick<SandboxOptions, "directory">,
): Promise<{ readonly result: Deployment; readonly changes: Changes }> {
  const project = readProject(directory);
  const config = programConfig(project.name, CONFIG);
  return cloud.deploy(() => deploy({ project, cloud, config, settingsFile: "test/emulator/deployment.ts" }));
}

/** The one resource of this type whose logical name ends so. */
export function resource(deployment: Deployment, type: string, nameEnd: string): DeclaredResource {
  const found = deployment.resources.filter((each) => each.type === type && each.name.endsWith(nameEnd));
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} end with ${nameEnd}`);
  return found[0] as DeclaredResource;
}
