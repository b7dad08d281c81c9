// Writes the package's Pulumi schema, as Pulumi's own analyzer infers it from the component classes. Served by provider/plugin.ts.
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { Analyzer } = require("@pulumi/pulumi/provider/experimental/analyzer");
const { generateSchema } = require("@pulumi/pulumi/provider/experimental/schema");

/** The components of the package; a class that isn't in this list doesn't exist for other languages. */
const components = ["RemoteApi", "RemoteAmountEndpoint", "ScheduledRuleTriggers"];

function inferSchema() {
  const root = join(__dirname, "..");
  const manifest = require(join(root, "package.json"));
  // The analyzer looks for the entry's source through `exports`, which name what is compiled.
  const source = { ...manifest, exports: undefined, main: "provider/index.ts" };
  const analysis = new Analyzer(root, manifest.name, source, new Set(components)).analyze();
  return generateSchema(
    manifest.name,
    manifest.version,
    manifest.description,
    analysis.components,
    analysis.typeDefinitions,
    analysis.dependencies,
  );
}

/**
 * Pulumi's generator for Go refers to a type `AmountArgs` for the plain elements of a map, and makes it only where elements may be inputs.
 * The components check that they are plain all the same.
 */
function withElementsForGo(schema) {
  for (const { inputProperties } of Object.values(schema.resources))
    for (const { additionalProperties: element } of Object.values(inputProperties))
      if (schema.types[element?.$ref?.replace("#/types/", "")]?.properties) delete element.plain;
  return schema;
}

writeFileSync(process.argv[2], `${JSON.stringify(withElementsForGo(inferSchema()), null, 2)}\n`);
