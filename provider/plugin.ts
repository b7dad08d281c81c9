import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { main, type Provider } from "@pulumi/pulumi/provider";
import { RemoteAmountEndpoint, RemoteApi, ScheduledRuleTriggers } from "./index";

/**
 * What Pulumi's engine starts for programs in other languages. It requires the package's folder, for which Node reads `main`
 * of package.json: this file. The schema was inferred when the package was built, so that a start compiles nothing.
 *
 * Exports a function and no component class: Pulumi's automatic host would start otherwise.
 */
module.exports = function serve(): Promise<void> {
  return main(createHost(), process.argv.slice(2));
};

type ComponentClass = new (
  name: string,
  args: never,
  opts?: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource & Record<string, unknown>;

const components = { RemoteApi, RemoteAmountEndpoint, ScheduledRuleTriggers } as unknown as Record<
  string,
  ComponentClass
>;

interface Schema {
  readonly name: string;
  readonly version: string;
  readonly resources: Record<string, { properties?: Record<string, unknown> }>;
}

function createHost(): Provider {
  // dist/provider/plugin.js beside dist/schema.json.
  const schemaText = readFileSync(join(__dirname, "..", "schema.json"), "utf8");
  const schema = JSON.parse(schemaText) as Schema;
  return {
    name: schema.name,
    version: schema.version,
    getSchema: async () => schemaText,
    construct: async (name, type, inputs, options) => {
      const definition = schema.resources[type];
      const component = components[type.split(":")[2] ?? ""];
      if (!definition || !component)
        throw new Error(
          `${schema.name} has no component "${type}"; it has ${Object.keys(schema.resources).join(", ")}`,
        );
      const instance = new component(name, inputs as never, options);
      const outputs = Object.keys(definition.properties ?? {});
      return { urn: instance.urn, state: Object.fromEntries(outputs.map((output) => [output, instance[output]])) };
    },
  } as Provider;
}
