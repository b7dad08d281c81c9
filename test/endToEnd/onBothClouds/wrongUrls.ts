/** URLs that must all look like an unknown route, by what is wrong with them. `urls` are right ones, by amount. */
export function wrongUrls(urls: Readonly<Record<string, string>>): Record<string, string> {
  const { rent = "", buffer = "" } = urls;
  const origin = rent.slice(0, rent.indexOf("/amounts/"));
  const token = rent.split("/").at(-1) as string;
  return {
    "the last character changed": `${rent.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`,
    "the token of another amount": `${origin}/amounts/rent/${buffer.split("/").at(-1)}`,
    "the other way round": `${origin}/amounts/buffer/${token}`,
    "an unknown name": `${origin}/amounts/bonus/${token}`,
    "a name that every object has": `${origin}/amounts/constructor/${token}`,
    "half of the token": `${origin}/amounts/rent/${token.slice(0, 20)}`,
    "more than the token": `${rent}A`,
    "the token in capitals": `${origin}/amounts/rent/${token.toUpperCase()}`,
    "a token of one character": `${origin}/amounts/rent/x`,
    "no token": `${origin}/amounts/rent/`,
    "no name": `${origin}/amounts/${token}`,
    "no such route": `${origin}/no-such-route`,
  };
}
