import { randomInt } from "node:crypto";
import { NotRunError, refuseInputs } from "./notRun";
import { AwsError, type Created, type CreateRequest, type Service } from "./types";

/** The classes of characters, each with the input that leaves it out, and what the provider takes for it. */
const CLASSES = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;
const UNSUPPORTED_INPUTS = ["minLower", "minUpper", "minNumeric", "minSpecial", "number", "overrideSpecial"];
/** Values without which the program would go on with `undefined`, so they must not count as "declared, not run". */
const OTHER_TYPES = ["Bytes", "Id", "Integer", "Pet", "Shuffle", "String", "Uuid"].map(
  (what) => `random:index/random${what}:Random${what}`,
);

/** `@pulumi/random`'s passwords: new ones at every start of the sandbox, the same ones at every later deployment. */
export class RandomValues implements Service {
  readonly resources: Service["resources"] = {
    "random:index/randomPassword:RandomPassword": (request) => this.createPassword(request),
    ...Object.fromEntries(OTHER_TYPES.map((type) => [type, notRun])),
  };
  private readonly used = new Set<string>();

  /** `made` has the passwords of earlier deployments, by what makes them. */
  constructor(private readonly made: Map<string, string> = new Map()) {}

  private createPassword(request: CreateRequest): Created {
    const { name, inputs } = request;
    const make = passwordMaker(request);
    let key = JSON.stringify([name, inputs]);
    // Two components may each have one of the same name.
    while (this.used.has(key)) key += "+";
    this.used.add(key);
    const result = this.made.get(key) ?? make();
    this.made.set(key, result);
    // Pulumi shows ids: the password must not be one.
    return { id: "none", state: { ...inputs, result } };
  }
}

function notRun({ type }: CreateRequest): never {
  throw new NotRunError(`${type}, of @pulumi/random only RandomPassword`);
}

function passwordMaker(request: CreateRequest): () => string {
  const { type, name, inputs } = request;
  const invalid = (what: string) => new AwsError("InvalidInput", `${type} "${name}": ${what}`);
  refuseInputs(request, UNSUPPORTED_INPUTS);
  const { length } = inputs;
  if (typeof length !== "number" || !Number.isInteger(length) || length < 1)
    throw invalid(`length is ${length}; it must be a whole number from 1`);
  const alphabet = Object.entries(CLASSES)
    .map(([input, characters]) => (inputs[input] === false ? "" : characters))
    .join("");
  if (alphabet === "") throw invalid("at least one class of characters must be allowed");
  return () => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
