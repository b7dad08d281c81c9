/** What this page needs of the package's Pulumi schema. */
export interface Schema {
  readonly resources: Readonly<Record<string, Resource>>;
  readonly types: Readonly<Record<string, ObjectType>>;
}
interface Resource {
  readonly inputProperties: Readonly<Record<string, Property>>;
  readonly requiredInputs?: readonly string[];
  readonly properties: Readonly<Record<string, Property>>;
}
interface ObjectType {
  readonly properties?: Readonly<Record<string, Property>>;
  readonly required?: readonly string[];
  readonly enum?: readonly { readonly value: string; readonly description: string }[];
}
export interface Property {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly description?: string;
  readonly plain?: boolean;
}

/** Rows of tables are no wider than this: what a screen shows without scrolling. */
const WIDEST_ROW = 160;

/** The text of docs/arguments.md: every argument, type and output that the schema has. */
export function argumentsDoc(schema: Schema): string {
  const components = Object.fromEntries(
    Object.entries(schema.resources).map(([token, resource]) => [nameOf(token), resource]),
  );
  const types = Object.entries(schema.types).map(([token, type]) => ({ name: nameOf(token), ...type }));
  const parts = [
    HEAD,
    ...groupsOf(components).map(({ title, names, owners }) => {
      const [owner] = owners.map((name) => components[name] as Resource);
      return `## ${title}\n\n${argumentsTable(pick(owner?.inputProperties ?? {}, names), owner?.requiredInputs)}`;
    }),
    ...types.flatMap(({ name, properties, required }) =>
      properties ? [`## \`${name}\`\n\n${argumentsTable(properties, required)}`] : [],
    ),
    ...types.flatMap(({ name, enum: values }) => (values ? [`## \`${name}\`\n\n${valuesTable(name, values)}`] : [])),
    ...Object.entries(components).map(
      ([name, { properties }]) => `## Outputs of \`${name}\`\n\n${outputsTable(properties)}`,
    ),
  ];
  return `${parts.join("\n\n")}\n`;
}

const HEAD = `<!-- Made by build/arguments-doc.ts: UPDATE_SNAPSHOTS=1 npx mocha test/provider/schema.test.ts -->
# Arguments and outputs

This page has every argument and every output, made from the schema that all languages share. A program gives them to one of three
components. \`RemoteApi\` makes the other two: what it is given for amounts goes to one of them, what it is given for triggers to the other.

\`\`\`mermaid
flowchart LR
  program["your program"] -->|"arguments"| api["RemoteApi"]
  api -->|"amounts"| endpoint["RemoteAmountEndpoint"]
  api -->|"triggers"| triggers["ScheduledRuleTriggers"]
  endpoint -->|"outputs"| api
  triggers -->|"outputs"| api
  api -->|"outputs"| program
\`\`\`

Names are those of TypeScript and YAML; [docs/languages.md](languages.md) says how the other languages write them. \`Cents\` are whole cents. Where a
sentence doesn't fit into a table, the list below the table has all of it. How amounts work is told in [docs/amounts.md](amounts.md), schedules in
[docs/schedules.md](schedules.md), and triggers in [docs/triggers.md](triggers.md).`;

/** The arguments by the components that take them, those of most components first. */
function groupsOf(components: Readonly<Record<string, Resource>>) {
  const owners = new Map<string, string[]>();
  for (const [component, { inputProperties }] of Object.entries(components))
    for (const argument of Object.keys(inputProperties))
      owners.set(argument, [...(owners.get(argument) ?? []), component]);
  const groups = new Map<string, { owners: string[]; names: string[] }>();
  for (const [argument, of] of owners) {
    const key = of.join();
    groups.set(key, { owners: of, names: [...(groups.get(key)?.names ?? []), argument] });
  }
  const all = Object.keys(components).length;
  return [...groups.values()]
    .sort((a, b) => b.owners.length - a.owners.length)
    .map(({ owners, names }) => {
      const list = owners.map((name) => `\`${name}\``).join(" and ");
      // Where one of them demands an argument that the other can do without, the table is that of RemoteApi.
      const sorted = [...owners].sort((a, b) => Number(b === "RemoteApi") - Number(a === "RemoteApi"));
      return { title: `Arguments of ${owners.length === all ? "every component" : list}`, names, owners: sorted };
    });
}

function argumentsTable(properties: Readonly<Record<string, Property>>, required: readonly string[] = []): string {
  const rows = Object.entries(properties).map(([name, property]) => ({
    cells: [
      `\`${name}\``,
      typeOf(property),
      required.includes(name) ? "required" : defaultOf(property.description ?? ""),
    ],
    name,
    text: property.description ?? "",
  }));
  return tableOf(["argument", "type", "default", ""], rows);
}

function outputsTable(properties: Readonly<Record<string, Property>>): string {
  const rows = Object.entries(properties).map(([name, property]) => ({
    cells: [`\`${name}\``, typeOf(property)],
    name,
    text: property.description ?? "",
  }));
  return tableOf(["output", "type", ""], rows);
}

function valuesTable(type: string, values: readonly { value: string; description: string }[]): string {
  const rows = values.map(({ value, description }) => ({ cells: [`\`${value}\``], name: value, text: description }));
  return tableOf([`\`${type}\``, ""], rows);
}

interface Row {
  readonly cells: readonly string[];
  readonly name: string;
  readonly text: string;
}

/** A table with as many sentences of each text as a row takes, and a list of the texts that have more. */
function tableOf(head: readonly string[], rows: readonly Row[]): string {
  const longer: string[] = [];
  const lines = rows.map(({ cells, name, text }) => {
    const short = sentencesOf(text).filter((sentence) => !/^Defaults to [^;,]+\.$/.test(sentence));
    const fitting = short.map((_, index) => rowOf([...cells, short.slice(0, index + 1).join(" ")]));
    const row = fitting.filter((line) => line.length <= WIDEST_ROW).at(-1) ?? rowOf([...cells, "see below"]);
    if (row !== fitting.at(-1)) longer.push(`- \`${name}\`: ${text}`);
    return row;
  });
  const table = [rowOf(head), rowOf(head.map(() => "---")), ...lines].join("\n");
  return longer.length > 0 ? `${table}\n\n${longer.join("\n")}` : table;
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** A full stop that ends a sentence is followed by a capital letter. */
function sentencesOf(text: string): string[] {
  return text.split(/(?<=\.) (?=[A-Z])/);
}

function defaultOf(text: string): string {
  return /Defaults to (`[^`]+`|[^.;,]+)/.exec(text)?.[1] ?? "none";
}

function typeOf({ type, $ref, items, additionalProperties }: Property): string {
  if ($ref) {
    const name = nameOf($ref);
    return $ref.startsWith("pulumi.json") ? "any" : `[\`${name}\`](#${name.toLowerCase()})`;
  }
  if (items) return `list of ${typeOf(items)}`;
  if (additionalProperties) return `map of ${typeOf(additionalProperties)}`;
  return type ?? "any";
}

function nameOf(token: string): string {
  return token.split(":").at(-1) as string;
}

function pick(properties: Readonly<Record<string, Property>>, names: readonly string[]): Record<string, Property> {
  return Object.fromEntries(names.map((name) => [name, properties[name] as Property]));
}
