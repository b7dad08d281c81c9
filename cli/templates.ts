import { readdirSync } from "node:fs";
import { join } from "node:path";

export const TEMPLATES = join(__dirname, "..", "..", "templates");
export const DEFAULT_TEMPLATE = "quickstart";

/** The templates by name: folders that `pulumi new` takes, too. */
export function templateNames(): string[] {
  return readdirSync(TEMPLATES).sort();
}
