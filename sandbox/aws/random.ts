import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { AwsError, type Created, type CreateRequest, type Service } from "./types";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
/** What the provider uses unless `overrideSpecial` is given. */
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** The resources of `@pulumi/random` that hold values; new ones at every start of the sandbox. */
export class RandomValues implements Service {
  readonly resources: Service["resources"] = {
    "random:index/randomBytes:RandomBytes": (request) => createBytes(request),
    "random:index/randomId:RandomId": (request) => createId(request),
    "random:index/randomString:RandomString": (request) => createText(request),
    "random:index/randomPassword:RandomPassword": (request) => ({ ...createText(request), id: "none" }),
    "random:index/randomUuid:RandomUuid": (request) => {
      const result = randomUUID();
      return { id: result, state: { ...request.inputs, result } };
    },
  };
}

function createBytes(request: CreateRequest): Created {
  const bytes = randomBytes(lengthOf(request, "length"));
  const base64 = bytes.toString("base64");
  return { id: base64, state: { ...request.inputs, base64, hex: bytes.toString("hex") } };
}

function createId(request: CreateRequest): Created {
  const bytes = randomBytes(lengthOf(request, "byteLength"));
  const prefix = String(request.inputs.prefix ?? "");
  const base64Url = bytes.toString("base64url");
  return {
    id: base64Url,
    state: {
      ...request.inputs,
      b64Std: prefix + bytes.toString("base64"),
      b64Url: prefix + base64Url,
      dec: prefix + BigInt(`0x${bytes.toString("hex")}`).toString(),
      hex: prefix + bytes.toString("hex"),
    },
  };
}

function createText(request: CreateRequest): Created {
  const { inputs } = request;
  const length = lengthOf(request, "length");
  const classes = [
    { characters: LOWER, wanted: inputs.lower ?? true, least: Number(inputs.minLower ?? 0) },
    { characters: UPPER, wanted: inputs.upper ?? true, least: Number(inputs.minUpper ?? 0) },
    { characters: DIGITS, wanted: inputs.numeric ?? inputs.number ?? true, least: Number(inputs.minNumeric ?? 0) },
    {
      characters: String(inputs.overrideSpecial ?? SPECIAL),
      wanted: inputs.special ?? true,
      least: Number(inputs.minSpecial ?? 0),
    },
  ];
  const alphabet = classes.map(({ characters, wanted }) => (wanted ? characters : "")).join("");
  if (alphabet === "") throw invalid(request, "at least one class of characters must be allowed");
  const required = classes.flatMap(({ characters, least }) => Array.from({ length: least }, () => pick(characters)));
  if (required.length > length) throw invalid(request, `length is ${length}, less than the sum of the minimums`);
  const rest = Array.from({ length: length - required.length }, () => pick(alphabet));
  const result = shuffled([...required, ...rest]).join("");
  return { id: result, state: { ...inputs, result } };
}

function lengthOf(request: CreateRequest, property: string): number {
  const length = request.inputs[property];
  if (typeof length !== "number" || !Number.isInteger(length) || length < 1)
    throw invalid(request, `${property} is ${length}; a whole number from 1 is allowed`);
  return length;
}

function pick(characters: string): string {
  return characters[randomInt(characters.length)] as string;
}

function shuffled(characters: string[]): string[] {
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] as string, characters[last] as string];
  }
  return characters;
}

function invalid(request: CreateRequest, what: string): AwsError {
  return new AwsError("InvalidInput", `${request.type} "${request.name}": ${what}`);
}
