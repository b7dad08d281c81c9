import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { AmountKind, type RemoteApiArgs, ScheduledRuleTriggers, type TriggerArgs } from "../../provider";
import { effectsOf } from "./effects";
import { policyOf } from "./policies";
import {
  ACCESS_TOKEN,
  declaredQuickstart,
  PAYDAY_SECRET,
  quickstart,
  quickstartApi,
  quickstartArgs,
  withoutAmounts,
} from "./quickstartProgram";
import { ACCOUNT, type Declared, declare, declareComponent, named, ofType, REGION, type ReadOutputs } from "./support";

const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const SECRET = "aws:secretsmanager/secret:Secret";
const PAYLOAD_SECRET = "payload-secret-1d9e4b7c";

/** Where a text is found: in the inputs of every resource, in their names, and in the files of the archives. */
function placesOf(text: string, declared: Declared): { resource: string; input: string }[] {
  const places: { resource: string; input: string }[] = [];
  for (const { name, type, inputs } of declared.resources) {
    if (name.includes(text)) places.push({ resource: name, input: "(its name)" });
    for (const [input, value] of Object.entries(inputs))
      if (JSON.stringify(value)?.includes(text)) places.push({ resource: `${type} ${name}`, input });
  }
  for (const [name, files] of Object.entries(declared.archives))
    for (const [file, bytes] of Object.entries(files))
      if (bytes.includes(text)) places.push({ resource: name, input: `code (${file})` });
  return places;
}

/** Also in the forms in which a value could be hidden from a plain search. */
function allPlacesOf(value: string, declared: Declared) {
  const forms = [value, Buffer.from(value).toString("base64"), Buffer.from(value).toString("hex"), encodeURI(value)];
  return [...new Set(forms)].flatMap((form) => placesOf(form, declared));
}

const payday = quickstartArgs(withoutAmounts).triggers?.payday as TriggerArgs;

function isMarked(declared: Declared, name: string, input: string): boolean {
  return named(declared, name).secretKeys.includes(input);
}

describe("values that are given as secrets", () => {
  let declared: Declared;
  before(async () => {
    declared = await declare(() => quickstart({ urlKeys: ["v2", "v1"] }));
  });

  it("are in the secrets that Pulumi writes, marked, and in no other input of any child", () => {
    const where = {
      [ACCESS_TOKEN]: "sequence-amounts-access-token-value",
      [PAYDAY_SECRET]: "sequence-triggers-api-secrets-value",
    };
    for (const [value, name] of Object.entries(where)) {
      assert.deepEqual(allPlacesOf(value, declared), [{ resource: `${VERSION} ${name}`, input: "secretString" }]);
      assert.ok(isMarked(declared, name, "secretString"), name);
    }
  });

  it("are marked even if the program gives them as plain text", async () => {
    const plain = await declare(() =>
      quickstart({ accessToken: ACCESS_TOKEN, triggers: { payday: { ...payday, apiSecret: PAYDAY_SECRET } } }),
    );
    for (const value of [ACCESS_TOKEN, PAYDAY_SECRET]) assert.equal(allPlacesOf(value, plain).length, 1);
    for (const { secretKeys } of ofType(plain, VERSION)) assert.deepEqual(secretKeys, ["secretString"]);
  });

  it("are kept in the form that the functions read", () => {
    const stored = (name: string) => JSON.parse(String(named(declared, name).inputs.secretString));
    assert.deepEqual(stored("sequence-amounts-access-token-value"), { accessToken: ACCESS_TOKEN });
    assert.deepEqual(stored("sequence-triggers-api-secrets-value"), { ru_12345: PAYDAY_SECRET });
  });

  it("stay marked where they are part of a payload", async () => {
    const withPayload = await declare(() =>
      quickstart({ triggers: { payday: { ...payday, payload: { note: pulumi.secret(PAYLOAD_SECRET) } } } }),
    );
    const places = placesOf(PAYLOAD_SECRET, withPayload);
    assert.deepEqual(places.map(({ input }) => input).sort(), ["code (config.json)", "target"]);
    assert.ok(isMarked(withPayload, "sequence-triggers-schedule-payday", "target"));
    assert.ok(isMarked(withPayload, "sequence-triggers-function", "code"));
  });

  it("don't make the functions' code secret, so that a change of it can be reviewed", () => {
    for (const name of ["sequence-amounts-function", "sequence-triggers-function"])
      assert.deepEqual(named(declared, name).secretKeys, []);
  });
});

describe("URL keys and tokens", () => {
  it("are in no input and no archive; of the tokens there are only digests", async () => {
    const declared = await declare(() => quickstart({ urlKeys: ["v2", "v1"] }));
    const keys = ofType(declared, "random:index/randomPassword:RandomPassword").map(({ state }) =>
      String(state.result),
    );
    const urls = Object.values(declared.outputs.amountUrls as Record<string, string>);
    const tokens = urls.map((url) => url.split("/").at(-1) as string);
    assert.equal(keys.length, 2);
    assert.equal(tokens.length, 3);
    for (const value of [...keys, ...keys.map((key) => Buffer.from(key).toString("base64")), ...tokens, ...urls])
      assert.deepEqual(allPlacesOf(value, declared), []);
    const config = String(declared.archives["sequence-amounts-function"]?.["config.json"]);
    for (const token of tokens) assert.ok(config.includes(createHash("sha256").update(token).digest("hex")));
  });

  it("have 256 bits each, and every amount its own", async () => {
    const { component } = await declaredQuickstart();
    const tokens = Object.values(component.values.amountUrls as Record<string, string>).map((url) =>
      url.split("/").at(-1),
    );
    assert.equal(new Set(tokens).size, 3);
    for (const token of tokens) assert.match(token as string, /^[A-Za-z0-9_-]{43}$/);
  });

  for (const preview of [false, true])
    it(`are handed out in an output that is marked${preview ? ", in a preview too" : ""}`, async () => {
      const all = await declareComponent(() => quickstartApi(), { preview });
      assert.deepEqual([...all.component.secret], ["amountUrls"]);
      const none = await declareComponent(() => quickstartApi(withoutAmounts), { preview });
      assert.deepEqual([...none.component.secret], ["amountUrls"]);
    });
});

const ARN = (name: string) => `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-AbCdEf`;

const declareWith = (changes: Partial<RemoteApiArgs>) => declareComponent(() => quickstartApi(changes));

function secretsToFill({ component }: { readonly component: ReadOutputs }): Record<string, string> {
  return component.values.secretsToFill as Record<string, string>;
}

describe("secrets that are left to the operator", () => {
  const left = { accessToken: undefined, triggers: { payday: { ...payday, apiSecret: undefined } } };

  it("are made empty, and no value passes through Pulumi", async () => {
    const declared = await declareWith(left);
    assert.deepEqual(ofType(declared, VERSION), []);
    assert.deepEqual(
      ofType(declared, SECRET)
        .map(({ name }) => name)
        .sort(),
      ["sequence-amounts-access-token", "sequence-triggers-api-secrets-to-fill"],
    );
    for (const { inputs } of ofType(declared, SECRET))
      assert.deepEqual(Object.keys(inputs).sort(), ["description", "recoveryWindowInDays"]);
  });

  it("come with the command that fills them, which can be copied as pulumi up prints it", async () => {
    const declared = await declareWith(left);
    assert.ok(!declared.component.secret.has("secretsToFill"), "nobody could read it");
    assert.deepEqual(secretsToFill(declared), {
      accessToken: `npx sequence-remote-api fill-secret ${ARN("sequence-amounts-access-token-1234567")} accessToken`,
      apiSecrets: `npx sequence-remote-api fill-secret ${ARN("sequence-triggers-api-secrets-to-fill-1234567")} ru_12345`,
    });
    // Neither JSON nor a shell changes any of these characters. Pulumi cuts off what has more than three lines.
    for (const command of Object.values(secretsToFill(declared))) assert.match(command, /^[A-Za-z0-9_ :./+=@-]+$/);
  });

  it("name each rule once, however many triggers it has", async () => {
    const triggers = Object.fromEntries(
      [
        ["a", "ru_1"],
        ["b", "ru_2"],
        ["c", "ru_1"],
      ].map(([name, ruleId]) => [name as string, { ...payday, ruleId: ruleId as string, apiSecret: undefined }]),
    );
    const { apiSecrets = "" } = secretsToFill(await declareWith({ triggers }));
    assert.match(apiSecrets, /-AbCdEf ru_1 ru_2$/);
  });

  it("stay filled whatever changes: none is replaced, removed or written by Pulumi", async () => {
    const leftPayday = left.triggers.payday;
    const changes: Record<string, Partial<RemoteApiArgs>> = {
      "a trigger renamed": { triggers: { salary: leftPayday } },
      "another rule": { triggers: { payday: { ...leftPayday, ruleId: "ru_2" } } },
      "a trigger added": { triggers: { payday: leftPayday, bonus: { ...leftPayday, ruleId: "ru_2" } } },
      "a trigger with its secret given": { triggers: { payday: leftPayday, bonus: { ...payday, ruleId: "ru_2" } } },
      "tags and alarms": { tags: { team: "finance" }, alarms: false, alarmEmail: undefined },
    };
    for (const [title, change] of Object.entries(changes)) {
      const { replaced, removed, updated } = await effectsOf(left, { ...left, ...change });
      const touched = [...replaced, ...removed, ...(title === "tags and alarms" ? [] : updated)];
      for (const id of touched) assert.doesNotMatch(id, /secretsmanager.*(access-token|to-fill)/, title);
    }
  });

  it("come with no command where Pulumi fills them or none is needed", async () => {
    assert.deepEqual(secretsToFill(await declareWith({})), {});
  });

  it("are not made where nothing reads a balance", async () => {
    const declared = await declareWith({
      accessToken: undefined,
      ceilingCents: undefined,
      amounts: { rent: { kind: AmountKind.Fixed, cents: 150_000 } },
    });
    assert.deepEqual(
      ofType(declared, SECRET).map(({ name }) => name),
      ["sequence-triggers-api-secrets"],
    );
    const { environment } = named(declared, "sequence-amounts-function").inputs as {
      environment: { variables: Record<string, string> };
    };
    assert.ok(!("ACCESS_TOKEN_SECRET_ARN" in environment.variables));
  });
});

describe("existing secrets", () => {
  it("are used as they are, and the functions may read exactly them", async () => {
    const declared = await declareWith({
      accessToken: undefined,
      accessTokenSecretArn: ARN("our-token"),
      triggers: { payday: { ...payday, apiSecret: undefined, apiSecretArn: ARN("our-rule") } },
    });
    assert.deepEqual(ofType(declared, SECRET), []);
    assert.deepEqual(ofType(declared, VERSION), []);
    assert.deepEqual(secretsToFill(declared), {});
    const readable = (policy: string) =>
      policyOf(declared, policy)
        .filter(({ Action }) => [Action ?? []].flat().includes("secretsmanager:GetSecretValue"))
        .flatMap(({ Resource }) => Resource ?? []);
    assert.deepEqual(readable("sequence-amounts-policy"), [ARN("our-token")]);
    assert.deepEqual(readable("sequence-triggers-policy"), [ARN("our-rule")]);
  });
});

describe("a mix of given, existing and left API secrets", () => {
  let declared: Declared;
  before(async () => {
    declared = await declare(() => {
      const triggers = new ScheduledRuleTriggers("mix", {
        alarms: false,
        triggers: {
          given: { ...payday, ruleId: "ru_given", apiSecret: "value-of-given" },
          given2: { ...payday, ruleId: "ru_given2", apiSecret: pulumi.secret("value-of-given2") },
          existing: { ...payday, ruleId: "ru_existing", apiSecret: undefined, apiSecretArn: ARN("theirs") },
          shared: { ...payday, ruleId: "ru_shared", apiSecret: undefined, apiSecretArn: ARN("theirs") },
          left: { ...payday, ruleId: "ru_left", apiSecret: undefined },
        },
      });
      return { given: triggers.apiSecretsArn, toFill: triggers.apiSecretsToFillArn, fill: triggers.fillApiSecrets };
    });
  });

  it("has one writer for each secret: Pulumi or the operator, never both", () => {
    assert.deepEqual(
      ofType(declared, SECRET)
        .map(({ name }) => name)
        .sort(),
      ["mix-api-secrets", "mix-api-secrets-to-fill"],
    );
    const versions = ofType(declared, VERSION);
    assert.equal(versions.length, 1);
    assert.equal(versions[0]?.inputs.secretId, ARN("mix-api-secrets-1234567"));
    assert.deepEqual(JSON.parse(String(versions[0]?.inputs.secretString)), {
      ru_given: "value-of-given",
      ru_given2: "value-of-given2",
    });
    assert.match(String(declared.outputs.fill), /mix-api-secrets-to-fill-1234567-AbCdEf ru_left$/);
  });

  it("sends every trigger to its own secret", () => {
    const config = JSON.parse(String(declared.archives["mix-function"]?.["config.json"]));
    const arnOf = (trigger: string) => config.triggers[trigger].apiSecretArn;
    assert.equal(arnOf("given"), declared.outputs.given);
    assert.equal(arnOf("given2"), declared.outputs.given);
    assert.equal(arnOf("existing"), ARN("theirs"));
    assert.equal(arnOf("shared"), ARN("theirs"));
    assert.equal(arnOf("left"), declared.outputs.toFill);
  });

  it("lets the function read these three and no other", () => {
    const readable = policyOf(declared, "mix-policy").find(({ Sid }) => Sid === "ReadApiSecrets")?.Resource;
    assert.deepEqual(readable, [ARN("mix-api-secrets-1234567"), ARN("mix-api-secrets-to-fill-1234567"), ARN("theirs")]);
  });
});
