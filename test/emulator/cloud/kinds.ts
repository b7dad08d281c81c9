import { apiGateway } from "./apiGateway";
import { cloudWatch } from "./cloudWatch";
import { dynamoDb } from "./dynamoDb";
import { events } from "./events";
import { iam } from "./iam";
import { lambda } from "./lambda";
import { logs } from "./logs";
import { random } from "./random";
import { scheduler } from "./scheduler";
import { secrets } from "./secrets";
import type { Declared, Kind, Service } from "./service";
import { sns } from "./sns";
import { sqs } from "./sqs";
import { watched } from "./watched";

/** The one table: a service is one file. */
export const services: readonly Service[] = [
  apiGateway,
  cloudWatch,
  dynamoDb,
  events,
  iam,
  lambda,
  logs,
  random,
  scheduler,
  secrets,
  sns,
  sqs,
];
const kinds: Readonly<Record<string, Kind<Record<string, unknown>>>> = Object.assign(
  {},
  ...services.map((service) => service.kinds),
);

export function kindOf(type: string): Kind<Record<string, unknown>> {
  const kind = kinds[type];
  if (!kind) throw new Error(`the emulator's cloud has no mapping for ${type}`);
  return kind;
}

/** Runs `work` on the inputs. Which of `properties` it hasn't read isn't carried over, and fails the deployment with its name. */
export async function carryingOver<T>(
  { inputs, archives }: Pick<Declared<Record<string, unknown>>, "inputs" | "archives">,
  properties: readonly string[],
  work: (inputs: Record<string, unknown>) => T | Promise<T>,
): Promise<T> {
  const observed = watched(inputs);
  const result = await work(observed.inputs);
  const lost = observed.unread().filter((path) => {
    const property = path.split(".")[0] as string;
    return properties.includes(property) && !(property in archives);
  });
  if (lost.length > 0) throw new Error(`the emulator's mapping doesn't carry over ${lost.join(", ")}`);
  return result;
}
