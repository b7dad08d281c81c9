/** A call of AWS, as IAM names it. */
export interface AwsCall {
  /** Such as `sqs:SendMessage`. */
  readonly action: string;
  readonly region: string;
}

const ended = new WeakMap<object, AwsCall>();

/** The call that this error ended: what AWS answers names it only sometimes. Undefined for an error of something else. */
export function callOf(error: unknown): AwsCall | undefined {
  return ended.get(Object(error));
}

/** An SDK's client, of whichever service. */
interface AnyClient {
  readonly middlewareStack: { add(middleware: unknown, options: unknown): void };
}

type Next = (args: unknown) => Promise<unknown>;

/** Lets the client note of each error which call it ended. `prefix` is the service's in IAM. */
export function noting<C extends AnyClient>(client: C, prefix: string, region: string): C {
  const note =
    (next: Next, { commandName = "" }: { readonly commandName?: string }) =>
    async (args: unknown) => {
      try {
        return await next(args);
      } catch (error) {
        ended.set(Object(error), { action: actionOf(prefix, commandName), region });
        throw error;
      }
    };
  client.middlewareStack.add(note, { step: "initialize", name: "noteCall", priority: "high" });
  return client;
}

function actionOf(prefix: string, commandName: string): string {
  const operation = commandName.replace(/Command$/, "");
  // One right for all that reads an API.
  if (prefix === "apigateway") return "apigateway:GET";
  // The one operation whose right has another name.
  return `${prefix}:${operation === "Invoke" ? "InvokeFunction" : operation}`;
}
