import type { Deployed } from "../deployed";
import type { LedgerEntry } from "./types";

/** The items of the program's tables that are occurrences, the one that changed first first. */
export function ledgerOf({ cloud, deployment }: Pick<Deployed, "cloud" | "deployment">): LedgerEntry[] {
  const tables = deployment.resources.filter(({ type }) => type === "aws:dynamodb/table:Table");
  const items = tables.flatMap(({ state }) => cloud.tables.items(String(state.name)).map(plain));
  return items
    .filter((item): item is LedgerEntry => typeof item.trigger === "string" && typeof item.state === "string")
    .sort((a, b) => String(a.firstTriedAt ?? a.updatedAt).localeCompare(String(b.firstTriedAt ?? b.updatedAt)));
}

/** Without DynamoDB's types. */
function plain(item: Readonly<Record<string, Readonly<Record<string, string | boolean>>>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const [[type, content] = []] = Object.entries(value);
      return [name, type === "N" ? Number(content) : content];
    }),
  );
}
