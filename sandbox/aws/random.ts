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

/** `@pulumi/random`'s passwords: new ones at every start of the sandbox. */
export class RandomValues implements Service {
  readonly resources: Service["resources"] = {
    "random:index/randomPassword:RandomPassword": createPassword,
    ...Object.fromEntries(OTHER_TYPES.map((type) => [type, notRun])),
  };
}

function notRun({ type }: CreateRequest): never {
  throw new NotRunError(`${type}, of @pulumi/random only RandomPassword`);
}

function createPassword(request: CreateRequest): Created {
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
  const result = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
  // Pulumi shows ids: the password must not be one.
  return { id: "none", state: { ...inputs, result } };
}
