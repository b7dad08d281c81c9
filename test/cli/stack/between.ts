import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { Sandbox } from "../../../sandbox";
import { awsEnvironment } from "./support";

/** What becomes of a call: it is passed on; it is passed on and its answer is lost; or it is never answered. */
type Fate = "pass" | "lose" | "hold";

/** Something that stands between the commands and a sandbox's AWS. */
export interface Between {
  readonly env: Record<string, string>;
  /** What `pulumi stack export` would print of the stack. */
  readonly record: string;
  stop(): void;
}

/** `fate` is asked of each call by its operation, such as `SendMessage`; of services without such names it is given an empty text. */
export async function between(sandbox: Sandbox, fate: (operation: string) => Fate | Promise<Fate>): Promise<Between> {
  const target = sandbox.cloud.endpoint.url;
  const server = createServer(async (incoming, answer) => {
    const { method, headers } = incoming;
    const met = await fate(String(headers["x-amz-target"] ?? "").replace(/^.*\./, ""));
    if (met === "hold") return;
    const onward = request(new URL(incoming.url ?? "/", target), { method, headers }, (answered) => {
      if (met === "lose") return void answer.destroy();
      answer.writeHead(answered.statusCode ?? 500, answered.headers);
      answered.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: { ...awsEnvironment(sandbox), AWS_ENDPOINT_URL },
    // A client of SQS goes where the queue's URL says.
    record: JSON.stringify(sandbox.liveStack()).replaceAll(target, AWS_ENDPOINT_URL),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
