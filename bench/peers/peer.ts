/** What Scheduler sends to a peer's function. */
export interface PeerEvent {
  readonly ruleId: string;
  readonly scheduledTime: string;
  /** `<aws.scheduler.execution-id>`. */
  readonly executionId: string;
}

/** What a peer's function has to work with. */
export interface PeerDeps {
  /** Posts to Sequence; rejects if no whole answer comes. */
  readonly trigger: (
    ruleId: string,
    idempotencyKey: string,
  ) => Promise<{ readonly status: number; readonly body: string }>;
  readonly newId: () => string;
  /** Sends one command of the DynamoDB client. */
  readonly dynamoDb: (operation: string, input: object) => Promise<object>;
}

interface PeerContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** A usual way to trigger a rule on a schedule: Scheduler invokes the function, and Lambda repeats what fails. */
export interface Peer {
  readonly name: string;
  readonly handler: (deps: PeerDeps) => (event: PeerEvent, context: PeerContext) => Promise<unknown>;
}

/** Fails for everything but Sequence's own acceptance, so that Lambda tries again. */
export function accepted({ status, body }: { readonly status: number; readonly body: string }): unknown {
  if (status !== 200) throw new Error(`Sequence answered ${status}`);
  const answer = JSON.parse(body) as { code?: string };
  if (answer.code !== "OK") throw new Error("Sequence answered something else");
  return answer;
}
