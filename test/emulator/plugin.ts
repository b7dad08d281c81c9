// The plugins `aws` and `random`, where the real ones can't be had: Pulumi's real engine starts this as a process and calls it over gRPC, and
// the second cloud of test/emulator/ makes the resources in MiniStack. It reads nothing back, so a refresh by it finds no drift, ever.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import * as provider from "@pulumi/pulumi/provider";
import { accountInvokes } from "../../sandbox/aws/account";
import { clientsFor } from "./cloud/clients";
import { carryingOver, kindOf } from "./cloud/kinds";
import type { Declared, Place } from "./cloud/service";

/** How the engine marks special values on the wire: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go */
const MARK = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

/** Where the state has the names of what was made. */
const MADE = "madeByStandIn";

type Props = Record<string, unknown>;
type Marked = Props & { readonly [MARK]: string };

const region = "us-east-1";
const account = "000000000000";
const url = new URL(String(process.env.EMULATOR_URL));
const place: Place = {
  clients: clientsFor(url.origin, region),
  region,
  account,
  // As MiniStack itself names them.
  urlOfApi: (apiId) => `http://${apiId}.execute-api.${url.host}`,
  overrideEnvironment: (declared) => declared,
};

function isMarked(value: unknown, mark: string): value is Marked {
  return typeof value === "object" && value !== null && (value as Props)[MARK] === mark;
}

/** Without secret marks; an archive becomes its hash, by which the engine tells archives apart too. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (isMarked(value, SECRET)) return plain(value.value);
  if (isMarked(value, ARCHIVE)) return value.hash;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function filesOf(archive: Marked): Record<string, Buffer> {
  const assets = Object.entries(archive.assets as Record<string, { text?: string; path?: string }>);
  return Object.fromEntries(
    assets.map(([name, { text, path }]) => [name, text === undefined ? readFileSync(String(path)) : Buffer.from(text)]),
  );
}

function declaredOf(urn: string, inputs: Props): { readonly type: string; readonly declared: Declared<Props> } {
  // urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME
  const [, , types = "", name = ""] = urn.split("::");
  const archives = Object.entries(inputs).flatMap(([key, value]) =>
    isMarked(value, ARCHIVE) ? [[key, filesOf(value)] as const] : [],
  );
  return {
    type: types.split("$").at(-1) as string,
    declared: { name, inputs: plain(inputs) as Props, archives: Object.fromEntries(archives) },
  };
}

const namesMade = (state: Props) => plain(state[MADE]) as string[];

/** What changed, by the state, which has what was made beside what was declared. */
function changedIn(olds: Props, news: Props): string[] {
  const names = new Set([...Object.keys(olds), ...Object.keys(news)]);
  return [...names].filter((name) => {
    if (!(name in news) && (name === MADE || namesMade(olds).includes(name))) return false;
    return !isDeepStrictEqual(plain(olds[name]), plain(news[name]));
  });
}

const standIn: provider.Provider = {
  version: process.env.STAND_IN_VERSION,
  async diff(_, urn, olds: Props, news: Props) {
    const changed = changedIn(olds, news);
    const { type } = declaredOf(urn, {});
    const replaces = changed.filter((name) => !kindOf(type).updates?.includes(name));
    return { changes: changed.length > 0, replaces };
  },
  async create(urn, inputs: Props) {
    const { type, declared } = declaredOf(urn, inputs);
    const { id, outputs } = await carryingOver(declared, Object.keys(inputs), (watched) =>
      kindOf(type).create({ ...declared, inputs: watched }, place),
    );
    return { id, outs: { ...outputs, ...inputs, [MADE]: Object.keys(outputs) } };
  },
  async update(id, urn, olds: Props, news: Props) {
    const { type, declared } = declaredOf(urn, news);
    const made = { id, outputs: plain(olds) as Props };
    await carryingOver(declared, changedIn(olds, news), (watched) =>
      kindOf(type).update?.(made, { ...declared, inputs: watched }, place),
    );
    const kept = Object.entries(olds).filter(([name]) => name === MADE || namesMade(olds).includes(name));
    return { outs: { ...Object.fromEntries(kept), ...news } };
  },
  async delete(id, urn, olds: Props) {
    const state = plain(olds) as Props;
    await kindOf(declaredOf(urn, {}).type).remove({ id, outputs: state }, state, place);
  },
  async invoke(token, args: Props) {
    const answer = accountInvokes({ accountId: account, region })[token];
    if (!answer) throw new Error(`the stand-in has no function ${token}`);
    return { outputs: answer(plain(args) as Props) };
  },
};

void provider.main(standIn, process.argv.slice(2));
