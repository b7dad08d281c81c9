import { SHORTEST_CREDENTIAL, tooShort } from "../../lambda/agreements/credentialLength";
import type { AlarmArgs, FunctionArgs } from "../args";
import { secretArnProblem, topicArnProblem } from "./arns";
import { emailProblem } from "./email";
import type { Gate } from "./gate";
import { booleanProblem, checkArguments } from "./knownArguments";
import { logRetentionDaysProblem, memorySizeProblem } from "./limits";
import { architectureProblem, runtimeProblem } from "./runtime";
import { tagsProblem } from "./tags";
import { baseUrlProblem } from "./urls";

/** Checks how the functions run. */
export function checkFunctionArgs(gate: Gate, args: FunctionArgs): FunctionArgs {
  checkArguments(gate, args);
  return {
    memorySize: gate.check("memorySize", args.memorySize, memorySizeProblem),
    runtime: gate.check("runtime", args.runtime, runtimeProblem),
    architecture: gate.check("architecture", args.architecture, architectureProblem),
    logRetentionDays: gate.check("logRetentionDays", args.logRetentionDays, logRetentionDaysProblem),
    baseUrl: gate.check("baseUrl", args.baseUrl, baseUrlProblem),
    tags: gate.check("tags", args.tags, tagsProblem),
  };
}

/** Checks whom to tell: one place, unless alarms are off. */
export function checkAlarmArgs(gate: Gate, args: AlarmArgs): AlarmArgs {
  const { alarmEmail, alarmTopicArn, alarms = true } = args;
  if (!gate.plain("alarms", alarms)) return args;
  gate.check("alarms", alarms, booleanProblem);
  const given = alarmEmail !== undefined || alarmTopicArn !== undefined;
  if (alarms && !given)
    gate.add(
      "alarmEmail",
      "is missing, and so is alarmTopicArn: give one of them, so that somebody hears of a failed transfer, or set alarms to false",
    );
  if (alarmEmail !== undefined && alarmTopicArn !== undefined)
    gate.add("alarmTopicArn", "is given together with alarmEmail: take one of them out");
  if (!alarms && given)
    gate.add("alarms", "is false, but there is an alarmEmail or alarmTopicArn that would never be used: take one out");
  return {
    alarms,
    alarmEmail: gate.check("alarmEmail", alarmEmail, emailProblem),
    alarmTopicArn: gate.check("alarmTopicArn", alarmTopicArn, topicArnProblem),
  };
}

/** Checks a credential that is given as a value or as an existing secret, or neither. */
export function checkCredential<Value, Arn>(
  gate: Gate,
  value: { readonly path: string; readonly given: Value },
  arn: { readonly path: string; readonly given: Arn },
): { value: Value; arn: Arn } {
  if (value.given !== undefined && arn.given !== undefined)
    gate.add(arn.path, `is given together with ${value.path}: take one of them out, because a secret has one writer`);
  return {
    value: gate.check(value.path, value.given as never, credentialProblem) as Value,
    arn: gate.check(arn.path, arn.given as never, secretArnProblem) as Arn,
  };
}

/** Never shows the value. */
function credentialProblem(value: unknown): string | undefined {
  if (typeof value !== "string" || value.trim() === "")
    return "is empty: give the value that Sequence shows, or leave it out to fill it in after the deployment";
  // The newline that a file or a shell leaves at the end is taken off by the function.
  if (/[^\x20-\x7e]/.test(value.trim()))
    return "has characters that can't be sent in an HTTP header: copy the value from Sequence again";
  const credential = value.trim().replace(/^Bearer\s+/i, "");
  return credential.length < SHORTEST_CREDENTIAL ? tooShort(credential) : undefined;
}
