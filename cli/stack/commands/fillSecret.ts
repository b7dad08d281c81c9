import { ACCESS_TOKEN_FIELD } from "../../../lambda/agreements/amountConfig";
import { didYouMean } from "../../../lambda/agreements/didYouMean";
import { given } from "../../../lambda/agreements/given";
import { ruleIdOf } from "../../../lambda/agreements/ruleId";
import { SequenceClient, SequenceError } from "../../../lambda/client";
import type { Call, StackCommand } from "../command";
import { StackError } from "../exit";
import { fillSecret } from "../fillSecret";
import type { LiveStack } from "../find/live";
import { waiting } from "../tell";

interface Options {
  readonly untried: boolean;
}

/** Stores a credential in the stack's secret, beside the others. */
export const fillSecretCommand: StackCommand = {
  name: "fill-secret",
  declare: (command) =>
    command
      .argument("<name>", "accessToken or the name of a trigger; or the ARN of a secret, with its fields after it")
      .argument("[field...]", "with an ARN: accessToken, or the ids of rules")
      .option("--untried", "store an access token without trying it first", false),
  examples: [
    ["fill-secret accessToken", "asks for it, tries it, stores it"],
    ["fill-secret payday", "the API secret of the trigger's rule, beside those of other rules"],
    ["fill-secret payday < secret.txt", "a line of standard input"],
    ["fill-secret arn:aws:secretsmanager:... ru_12345", "as pulumi up prints it, without a stack"],
  ],
  async run({ args: [name = "", ...fields], options, ...call }: Call<Options>) {
    if (name.startsWith("arn:") && fields.length === 0)
      throw new StackError("usage", "after an ARN come the fields to fill: accessToken, or the ids of rules");
    if (name.startsWith("arn:") || fields.length > 0) {
      // An ARN of the sandbox is none in AWS, and one of AWS must not be filled by a word that means the sandbox.
      const client = options.sandbox === undefined ? undefined : (await call.stack()).clients.secretsOf(name);
      const stored = await fillSecret(name, fields, given({ client }));
      return { exit: "fine", lines: [], json: { stored, arn: name, fields } };
    }
    const stack = await call.stack();
    const { arn, field } = secretOf(stack, name);
    refuseRecorded(stack, name, arn);
    const isToken = field === ACCESS_TOKEN_FIELD;
    const isTried = isToken && !options.untried;
    const stored = await fillSecret(arn, [field], {
      client: stack.clients.secretsOf(arn),
      ...(isTried ? { tried: (value: string) => tryToken(stack, value) } : {}),
    });
    const json = { stored, arn, fields: [field] };
    if (stored.length === 0) return { exit: "fine", lines: [], json };
    return {
      exit: "fine",
      lines: [
        isTried
          ? "Sequence accepts it: it was tried by an accounts call before it was stored."
          : isToken
            ? "It was not tried."
            : "It was not tried: an API secret can't be without triggering the rule. A wrong one is told by mail at the next occurrence, which then waits for the right one.",
        "The functions use it within five minutes, or at once if Sequence refuses the one before.",
      ],
      json,
    };
  },
};

function secretOf({ name: stackName, amounts, triggers }: LiveStack, name: string) {
  if (name === ACCESS_TOKEN_FIELD) {
    const arn = amounts?.accessTokenSecretArn;
    if (arn !== undefined) return { arn, field: name };
    throw new StackError("usage", `${stackName} needs no access token: no amount of it reads a balance`);
  }
  const specs = triggers?.config.triggers ?? {};
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (spec) return { arn: spec.apiSecretArn, field: ruleIdOf(spec.ruleId) };
  const names = [...(amounts?.accessTokenSecretArn === undefined ? [] : [ACCESS_TOKEN_FIELD]), ...Object.keys(specs)];
  throw new StackError(
    "usage",
    `${stackName} has no secret "${name}"; it must be one of ${names.join(", ")}${didYouMean(name, names)}`,
  );
}

/** What the program gives is Pulumi's to store: its next change would overwrite another value. */
function refuseRecorded(stack: LiveStack, name: string, arn: string): void {
  const stored = stack.declared("aws:secretsmanager/secretVersion:SecretVersion");
  if (!stored.some(({ inputs, outputs }) => [inputs.secretId, outputs.secretId].includes(arn))) return;
  throw new StackError(
    "problem",
    `the value of ${name} is given in the program, which stores it at each change: set it there, or in its configuration ("pulumi config set --secret"), and run pulumi up. ` +
      "To overwrite it all the same until then, give the secret's ARN and its field in place of the name",
  );
}

/** Throws if Sequence doesn't accept the token. */
async function tryToken({ amounts }: LiveStack, accessToken: string): Promise<void> {
  const { baseUrl, accountsPath } = amounts ?? {};
  try {
    const client = new SequenceClient({ accessToken, ...given({ baseUrl, accountsPath }) });
    await waiting("Trying it", client.getAccounts());
  } catch (error) {
    if (!(error instanceof SequenceError)) throw error;
    throw new Error(
      error.code === "INVALID_ACCESS_TOKEN"
        ? "Sequence refuses this access token (401); nothing was stored. Copy it again from Sequence"
        : `the access token could not be tried, and nothing was stored: ${error.message} --untried stores it all the same`,
    );
  }
}
