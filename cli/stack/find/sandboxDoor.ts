import { StackError } from "../exit";

/** Where `dev` serves its page if nothing else has that port. */
export const DEV_PAGE = "http://127.0.0.1:4391/";

/** How to reach the AWS of a sandbox. */
export interface SandboxAws {
  readonly endpoint: string;
  readonly region: string;
  /** Made up: they open nothing but the sandbox. */
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  /** The sandbox's time, milliseconds since the epoch. */
  readonly now: number;
}

const PATIENCE_MS = 30_000;

/** The stack of a running `dev`: its resources as `pulumi stack export` has them, and its AWS. Throws `StackError`. */
export async function sandboxExport(
  page: string,
  patienceMs = PATIENCE_MS,
): Promise<{ readonly text: string; readonly aws: SandboxAws }> {
  const url = pageUrl(page);
  const signal = AbortSignal.timeout(patienceMs);
  const answer = await fetch(new URL("api/stack", url), { signal }).catch(() => undefined);
  const text = await answer?.text().catch(() => undefined);
  const aws = answer?.status === 200 && text !== undefined ? awsIn(text) : undefined;
  if (text === undefined || aws === undefined)
    throw new StackError(
      "unseen",
      `no sandbox answers at ${url}: start one with "npx sequence-remote-api dev" in another terminal, or give the address of its page, ` +
        `as dev prints it: --sandbox ${DEV_PAGE}`,
    );
  return { text, aws };
}

function pageUrl(page: string): URL {
  const url = URL.canParse(page) ? new URL(page) : undefined;
  if (url?.protocol !== "http:" || !["127.0.0.1", "localhost"].includes(url.hostname))
    throw new StackError("usage", `--sandbox is "${page}"; it must be the address of dev's page, such as ${DEV_PAGE}`);
  return url;
}

function awsIn(text: string): SandboxAws | undefined {
  try {
    return JSON.parse(text).sandbox;
  } catch {
    return undefined;
  }
}
