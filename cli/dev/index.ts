import { resolve } from "node:path";
import { type Page, startPage } from "../../page/server";
import { isPulumiError, Sandbox, SettingsError, UserError } from "../../sandbox";
import { timeIn } from "../format";
import { interruption, Uncaught } from "./interruption";
import { Output } from "./output";
import { printDeployment } from "./printDeployment";
import { type Round, readRound } from "./round";
import { serve } from "./serve";
import { printStory } from "./story";

/** Always the same, so that a URL that you have pasted somewhere still works after the next start. */
const DEFAULT_PORT = 4390;

/** The page's, beside it. */
const PAGE_PORT = DEFAULT_PORT + 1;

/** The exit code of a process that was interrupted before it was done. */
export const INTERRUPTED = 130;

export interface DevOptions {
  readonly cwd: string;
  readonly port?: number;
  readonly once: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly logs: boolean;
  readonly strict: boolean;
  /** A trigger to run now, instead of waiting for an occurrence. */
  readonly trigger?: string;
  /** An event to send, as `trigger=text`, instead of waiting for an occurrence. */
  readonly event?: string;
  /** Where to move the clock first. */
  readonly at?: string;
  /** Until when to let everything happen. */
  readonly until?: string;
}

/**
 * Deploys the program on this machine, lets happen what the options say, and serves until Ctrl+C. The result is the exit code.
 */
export async function dev(options: DevOptions): Promise<number> {
  const output = new Output(options);
  const interrupted = interruption(output);
  // Loading Pulumi and running the program take a second or more.
  output.say(`Deploying the program in ${resolve(options.cwd)} ...`);
  const beganAt = performance.now();
  let sandbox: Sandbox;
  let deployed: Sandbox | undefined;
  try {
    sandbox = await Sandbox.start({
      directory: options.cwd,
      // 0 is any free port.
      port: options.port ?? (options.once ? 0 : DEFAULT_PORT),
      // Who asks for a port wants that one.
      nextPort: options.port === undefined,
      strict: options.strict,
      signal: interrupted,
      onResource: (made) => {
        // How many there will be, only a deployment before tells.
        const of = deployed ? ` of ${deployed.deployment.resources.length}` : "";
        output.progress(() => `Deploying: ${made}${of} resources are made ...`);
      },
    });
    deployed = sandbox;
  } catch (error) {
    return interrupted.aborted ? interruptedBy(interrupted, output, INTERRUPTED) : fail(output, error);
  }
  const stopLogs = options.logs ? printRawLogs(sandbox, output) : () => {};
  const interrupt = new Promise<undefined>((done) => {
    if (interrupted.aborted) done(undefined);
    interrupted.addEventListener("abort", () => done(undefined));
  });
  let page: Page | undefined;
  try {
    printDeployment(output, sandbox, { verbose: options.verbose, seconds: (performance.now() - beganAt) / 1000 });
    // Before the first round, so that its plot begins with it.
    if (!options.once)
      page = await startPage(sandbox, {
        ...{ title: sandbox.project.name, port: PAGE_PORT, nextPort: true },
        stack: () => sandbox.liveStack(),
      });
    const round = await Promise.race([firstRound(sandbox, options, output), interrupt]);
    if (!round) return interruptedBy(interrupted, output, INTERRUPTED);
    printStory(output, sandbox, round);
    output.result(round.summary);
    if (options.once) return round.pass ? 0 : 1;
    if (page) output.say(`\nWatch money move, travel in time and break things: ${page.url}`);
    await serve(sandbox, output, interrupted);
    return interruptedBy(interrupted, output, 0);
  } catch (error) {
    return interrupted.aborted ? interruptedBy(interrupted, output, INTERRUPTED) : fail(output, error);
  } finally {
    stopLogs();
    await page?.stop();
    await sandbox.stop();
  }
}

async function firstRound(sandbox: Sandbox, options: DevOptions, output: Output): Promise<Round> {
  const { at, until, trigger, event } = options;
  const before = sandbox.accounts();
  const hasSchedules = sandbox.triggerNames().length > 0;
  const isAsked = trigger !== undefined || event !== undefined;
  const stopTelling = hasSchedules && !isAsked ? tellTime(sandbox, options, output) : () => {};
  if (at !== undefined) await sandbox.clock.advanceTo(at);
  if (trigger !== undefined) await sandbox.fire(trigger);
  if (event !== undefined) await sendEvent(sandbox, event);
  if (until !== undefined) await sandbox.clock.advanceTo(until);
  else if (!isAsked && at === undefined) {
    if (hasSchedules) await sandbox.runUntilTriggered();
    // Nothing else would ever set these off.
    for (const name of sandbox.eventTriggerNames()) await sandbox.sendEvent(name, FIRST_EVENT);
  }
  stopTelling();
  const hasTriggers = hasSchedules || sandbox.eventTriggerNames().length > 0;
  const asked = hasTriggers ? [] : await Promise.all(Object.keys(sandbox.amountUrls).map((path) => sandbox.ask(path)));
  return readRound(sandbox, before, asked);
}

/** Says where the clock moves to, and on the way where it is. */
function tellTime(sandbox: Sandbox, { at, until }: DevOptions, output: Output): () => void {
  const [next] = sandbox
    .schedules()
    .filter(({ name, next }) => next !== undefined && sandbox.triggerNames().includes(name))
    .sort((a, b) => Number(a.next) - Number(b.next));
  const soonest = next?.next === undefined ? "" : `${next.name}, ${timeIn(next.next, next.timezone)}`;
  const to = [at, until].filter((time) => time !== undefined).join(", then to ") || soonest;
  output.say(`\nMoving the clock from ${timeIn(sandbox.clock.now(), next?.timezone ?? "UTC")}${to && ` to ${to}`} ...`);
  return sandbox.journal.subscribe(() =>
    output.progress(() => `The clock is at ${timeIn(sandbox.clock.now(), next?.timezone ?? "UTC")} ...`),
  );
}

/** The text of the event with which `dev` shows what a trigger without a schedule does. */
const FIRST_EVENT = "dev-1";

async function sendEvent(sandbox: Sandbox, given: string): Promise<void> {
  const [, trigger, text] = /^([^=]+)=(.+)$/s.exec(given) ?? [];
  if (trigger === undefined || text === undefined)
    throw new UserError("--event takes trigger=text, such as --event invoice-paid=invoice-4711");
  await sandbox.sendEvent(trigger, text);
}

function printRawLogs(sandbox: Sandbox, output: Output): () => void {
  return sandbox.cloud.logs.subscribe(({ group, message }) => output.say(`${group} ${message}`));
}

/** The exit code of an end that somebody asked for, unless it came of an error. */
function interruptedBy({ reason }: AbortSignal, output: Output, code: number): number {
  return reason instanceof Uncaught ? fail(output, reason) : code;
}

function fail(output: Output, error: unknown): number {
  // A foreseen error says in its message all that is wrong. Any other error needs its stack.
  const isForeseen = error instanceof UserError || error instanceof SettingsError || isPulumiError(error);
  output.fail(isForeseen ? (error as Error).message : String((error as Error)?.stack ?? error));
  return 1;
}
