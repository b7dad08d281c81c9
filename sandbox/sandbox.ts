import { sep } from "node:path";
import { filesRead } from "../lambda/agreements/filesRead";
import { given } from "../lambda/agreements/given";
import { SandboxActions } from "./actions";
import { Fronts } from "./aws/httpApi/fronts";
import { createJournal } from "./aws/journal";
import { SandboxClock } from "./clock";
import { applyConditions } from "./conditions";
import { type Deployed, deployOnce, readSource, type Source, type Surroundings } from "./deployed";
import { madeUpCredentials } from "./madeUpCredentials";
import { notesOf } from "./notes";
import { notExported } from "./port/amountUrls";
import { type StackExport, stackExportOf } from "./port/stackExport";
import { instantOf } from "./port/time";
import type { RunningSandbox } from "./port/types";
import { forgetUrlKeys } from "./port/urlRevocation";
import { checkOptions, type SandboxOptions } from "./sandboxOptions";
import { SequenceSimulator } from "./sequence";
import { Turns } from "./turns";

/**
 * A Pulumi program, deployed on this machine, with a simulated Sequence beside it: its beginning, its redeployment and its end. What
 * isn't in `RunningSandbox` is for the command and this repository's own tests.
 */
export class Sandbox extends SandboxActions implements RunningSandbox {
  private readonly redeployments = new Turns();

  /**
   * Runs the program and brings everything it declares to life.
   *
   * @throws UserError or SettingsError that says what to do; nothing is left running then, and no file.
   */
  static async start(options: SandboxOptions): Promise<Sandbox> {
    checkOptions(options);
    const source = readSource(options.directory);
    const startAt = options.startAt === undefined ? source.settings.startAt : instantOf(options.startAt);
    const clock = new SandboxClock(startAt ?? Date.now());
    const fronts = new Fronts(options.port, options.nextPort);
    const standIn: { sequenceUrl?: string } = {};
    const surroundings: Surroundings = {
      ...{ clock, fronts, journal: createJournal(clock), passwords: new Map(), invented: new Map() },
      strict: options.strict ?? false,
      sequenceUrl: () => standIn.sequenceUrl ?? "",
      ...given({ onResource: options.onResource }),
    };
    let deployed: Deployed | undefined;
    let sequence: SequenceSimulator | undefined;
    try {
      deployed = await deployOnce(source, surroundings, options.signal);
      sequence = simulatorOf(deployed, surroundings, {
        amountUrls: () => ({ ...sandbox.amountUrls, ...sandbox.pastedUrls }),
        crashCallers: () => sandbox.cloud.functions.killAtWork(),
      });
      standIn.sequenceUrl = await sequence.start();
      const sandbox = new Sandbox(surroundings, deployed, sequence, standIn.sequenceUrl);
      await deployed.cloud.start();
      options.signal?.throwIfAborted();
      return sandbox;
    } catch (error) {
      await sequence?.stop();
      await deployed?.cloud.stop();
      await fronts.stop();
      clock.stop();
      throw error;
    }
  }

  async redeploy(signal?: AbortSignal): Promise<void> {
    // The page revokes URLs while a file changes: each takes over from the one before it.
    await this.redeployments.take(() => this.replace(readSource(this.project.directory), signal));
  }

  private async replace(source: Source, signal: AbortSignal | undefined): Promise<void> {
    const next = await deployOnce(source, this.surroundings, signal);
    const { clock } = this.surroundings;
    const wasPaused = clock.isPaused;
    // What is due while one gives way to the other is due right after it.
    clock.pause();
    try {
      await this.idle();
      const { cloud: earlier, settings } = this.deployed;
      next.cloud.takeOver(earlier);
      this.sequence.reconfigure(next.sequence);
      applyConditions(this.sequence, next.settings, settings);
      this.deployed = next;
      this.rotated.clear();
      await earlier.stop();
      await next.cloud.start();
      this.journal.record("sandbox.deployed", { resources: next.deployment.resources.length });
    } finally {
      if (!wasPaused) clock.resume();
    }
  }

  async revokeAmountUrls(): Promise<void> {
    await this.redeployments.take(() => this.replaceWithNewUrls());
  }

  private async replaceWithNewUrls(): Promise<void> {
    const pasted = this.pastedUrls ?? this.amountUrls;
    const restore = forgetUrlKeys(this.deployed, this.surroundings.passwords);
    try {
      await this.replace(readSource(this.project.directory), undefined);
    } catch (error) {
      restore();
      throw error;
    }
    this.pastedUrls = pasted;
    this.journal.record("sandbox.urlsRevoked", {});
  }

  async stop(): Promise<void> {
    await this.sequence.stop();
    await this.cloud.stop();
    await this.surroundings.fronts.stop();
    this.surroundings.clock.stop();
  }

  /** What to add to the program for amount URLs that are no stack outputs. */
  notExported(): string {
    return notExported(this.deployment);
  }

  /** What is missing, and what works here and wouldn't on AWS. */
  get notes(): readonly string[] {
    const { missing } = this.settings;
    return [...(missing === undefined ? [] : [missing]), ...notesOf(this.project)];
  }

  /** The credentials of the simulated Sequence that the sandbox made up, for a client of one's own. */
  get madeUpCredentials() {
    return madeUpCredentials(
      this.settings,
      this.deployed.sequence,
      this.deployment.invented.map(({ key }) => String(this.config.get(key))),
    );
  }

  /** The folder and the files in which a change means another deployment. */
  watched(): string[] {
    const { programDirectory, file } = this.project;
    return [programDirectory, file, ...[...filesRead()].filter((path) => !path.startsWith(programDirectory + sep))];
  }

  /** The stack for the commands that look after one: its record, and how to reach its AWS. The credentials open nothing but this sandbox. */
  liveStack(): StackExport & { readonly sandbox: object } {
    const { cloud, deployment } = this.deployed;
    const { endpoint, functions, context } = cloud;
    return {
      ...stackExportOf(deployment, (name) => functions.variablesOf(name)),
      sandbox: {
        ...{ endpoint: endpoint.url, region: context.region, credentials: endpoint.operatorCredentials },
        now: this.clock.now(),
      },
    };
  }
}

function simulatorOf(
  { sequence: settings, settings: file }: Deployed,
  { clock, journal }: Surroundings,
  {
    amountUrls,
    crashCallers,
  }: { readonly amountUrls: () => Readonly<Record<string, string>>; readonly crashCallers: () => void },
): SequenceSimulator {
  const resolveAmountUrl = (path: string) => {
    const url = amountUrls()[path];
    if (url === undefined) throw new Error("there is no such output");
    return url;
  };
  const simulator = new SequenceSimulator({ clock, journal, settings, resolveAmountUrl, crashCallers });
  applyConditions(simulator, file);
  return simulator;
}
