import { type Deployment, UserError } from "../engine";

const AMOUNT_URL = /^http:\/\/127\.0\.0\.1:\d+\/amounts\//;

/** The stack outputs that hold amount URLs, by their dotted path such as `amountUrls.rent`. */
export function amountUrlsOf({ outputs }: Pick<Deployment, "outputs">): Record<string, string> {
  return urlsIn(outputs, "");
}

function urlsIn(values: object, above: string): Record<string, string> {
  const urls: Record<string, string> = {};
  for (const [key, value] of Object.entries(values)) {
    const path = above === "" ? key : `${above}.${key}`;
    if (typeof value === "string" && AMOUNT_URL.test(value)) urls[path] = value;
    else if (typeof value === "object" && value !== null) Object.assign(urls, urlsIn(value, path));
  }
  return urls;
}

/** The last part of an output's path: `rent` of `amountUrls.rent`. */
export function amountName(path: string): string {
  return path.split(".").at(-1) as string;
}

/** The URL that a stack output holds, as a person would copy it from `pulumi stack output`. Throws `UserError`. */
export function amountUrlAt(deployment: Deployment, path: string): string {
  const value = path
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], deployment.outputs);
  if (typeof value === "string") return value;
  const known = Object.entries(deployment.outputs).flatMap(([key, output]) =>
    typeof output === "object" && output !== null ? Object.keys(output).map((inner) => `${key}.${inner}`) : [key],
  );
  throw new UserError(
    `sandbox.yaml asks for an amount at the stack output "${path}", which holds no URL. The stack's outputs are ${known.join(", ") || "none"}.${notExported(deployment)}`,
  );
}

/** The components whose amount URLs are no output of the stack, each with what to do. */
export function notExported(deployment: Deployment): string {
  const exported = new Set(Object.values(amountUrlsOf(deployment)));
  const hidden = deployment.resources.filter(({ urn }) =>
    Object.values(urlsIn(deployment.componentOutputs.get(urn) ?? {}, "")).some((url) => !exported.has(url)),
  );
  const outermost = hidden.filter(({ parent }) => !hidden.some(({ urn }) => urn === parent));
  return outermost
    .map(
      ({ name }) =>
        `\nThe amount URLs of "${name}" aren't exported. Add to the program:\n  export const amountUrls = ${identifier(name)}.amountUrls;`,
    )
    .join("");
}

/** What the variable is probably called. */
function identifier(name: string): string {
  return name.replace(/[^A-Za-z0-9]+(.)?/g, (_, letter = "") => letter.toUpperCase());
}
