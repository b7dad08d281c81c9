import {
  DEFAULT_BASE_URL,
  isLoopback,
  RULE_ID_PLACEHOLDER,
  ruleIdInPath,
  TRIGGER_PATHS,
} from "../agreements/sequenceUrls";
import { being, shown } from "../agreements/shown";
import { invalidArgument } from "./arguments";

/** Where a trigger call goes, and the rule that it names. */
export interface TriggerTarget {
  readonly ruleId: string;
  readonly url: string;
}

const LONGEST_RULE_ID = 200;

/** The addresses of Sequence's API. Credentials go nowhere else. */
export class Endpoint {
  private readonly base: URL;

  constructor(
    baseUrl: string,
    private readonly triggerPath: string,
    private readonly accountsPath: string,
  ) {
    this.base = checkedBaseUrl(baseUrl);
    checkPath("triggerPath", triggerPath);
    checkPath("accountsPath", accountsPath);
    if (triggerPath.split(RULE_ID_PLACEHOLDER).length !== 2)
      throw invalidArgument(`triggerPath ${being(triggerPath)}; it must contain ${RULE_ID_PLACEHOLDER} once`);
  }

  accounts(): string {
    return this.prefix + this.accountsPath;
  }

  /** `rule` is a rule id, or the whole trigger URL that Sequence shows for the rule. */
  trigger(rule: unknown): TriggerTarget {
    if (typeof rule !== "string") throw invalidArgument(`the rule id ${being(rule)}; it must be text`);
    if (/^\s*[a-z][a-z0-9+.-]*:\/\//i.test(rule)) return this.fromUrl(rule);
    const ruleId = checkedRuleId(rule);
    return { ruleId, url: this.prefix + this.triggerPath.replace(RULE_ID_PLACEHOLDER, encodeURIComponent(ruleId)) };
  }

  private get prefix(): string {
    return this.base.origin + this.base.pathname.replace(/\/+$/, "");
  }

  private fromUrl(text: string): TriggerTarget {
    const url = parsedUrl("the trigger URL", text.trim());
    if (url.origin !== this.base.origin)
      throw invalidArgument(
        `the trigger URL is on ${url.origin}; it must be on ${this.base.origin}, because this client sends credentials ` +
          "nowhere else: check where the URL comes from, or set baseUrl",
      );
    if (url.search !== "" || url.hash !== "")
      throw invalidArgument("the trigger URL has a query (?) or fragment (#); it must end after its path");
    const path = url.pathname.replace(/\/$/, "");
    const basePath = this.base.pathname.replace(/\/+$/, "");
    for (const form of new Set([this.triggerPath, ...TRIGGER_PATHS])) {
      // Sequence shows URLs without the path that a proxy's base URL may have.
      const ruleId = ruleIdInPath(path, form) ?? ruleIdInPath(path, basePath + form);
      if (ruleId !== undefined) return { ruleId: checkedRuleId(ruleId), url: url.origin + path };
    }
    throw invalidArgument(
      `the trigger URL's path is ${shown(url.pathname)}; it must be one of ${TRIGGER_PATHS.join(", ")}: copy the whole URL from the rule in Sequence`,
    );
  }
}

function checkedRuleId(ruleId: string): string {
  // "." and ".." would be taken out of the path, and the secret sent to another one.
  if (/^(?:|\.|\.\.)$/.test(ruleId) || /[\s\p{Cc}\p{Cs}]/u.test(ruleId) || ruleId.length > LONGEST_RULE_ID)
    throw invalidArgument(
      `the rule id ${being(ruleId)}; it must have 1 to ${LONGEST_RULE_ID} characters without spaces, not only dots: copy it from the rule in Sequence, such as ru_12345`,
    );
  return ruleId;
}

function checkedBaseUrl(baseUrl: unknown): URL {
  if (typeof baseUrl !== "string")
    throw invalidArgument(`baseUrl ${being(baseUrl)}; it must be a URL such as ${DEFAULT_BASE_URL}`);
  const url = parsedUrl("baseUrl", baseUrl);
  if (url.search !== "" || url.hash !== "")
    throw invalidArgument("baseUrl has a query (?) or fragment (#); it must end after its path");
  return url;
}

function parsedUrl(name: string, text: string): URL {
  if (!URL.canParse(text)) throw invalidArgument(`${name} is not a URL; it must be one such as ${DEFAULT_BASE_URL}`);
  const url = new URL(text);
  // The URL itself is not shown: it may hold a password.
  if (url.username !== "" || url.password !== "")
    throw invalidArgument(`${name} has a user name or password (user:password@) in it; it must have none`);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))
    throw invalidArgument(
      `${name} begins with ${url.protocol}//; it must begin with https://, because credentials are sent unencrypted only to loopback (127.0.0.1, ::1, localhost)`,
    );
  return url;
}

function checkPath(name: string, path: unknown): void {
  if (typeof path !== "string" || !/^\/[^\s?#\\]*$/.test(path) || /\/\.{1,2}(?:\/|$)/.test(path))
    throw invalidArgument(
      `${name} ${being(path)}; it must be a path that begins with / and has no space, ?, #, \\ or .. in it`,
    );
}
