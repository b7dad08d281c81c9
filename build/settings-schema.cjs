// Writes the JSON Schema of sandbox.yaml, with which editors complete and check it, to the file that is named.
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { toJsonSchema } = require("@valibot/to-json-schema");
const { sandboxSchema } = require(join(__dirname, "../dist/sandbox/settings/schema.js"));

const schema = toJsonSchema(sandboxSchema, {
  typeMode: "input",
  // What these look at, metadata beside them says of the schema where it can be said.
  ignoreActions: ["check", "raw_check"],
  // The only custom values are numbers, held with the digits as they are written.
  overrideSchema: ({ valibotSchema }) => (valibotSchema.type === "custom" ? { type: "number" } : undefined),
});
writeFileSync(process.argv[2], `${JSON.stringify({ title: "sandbox.yaml", ...schema }, null, 2)}\n`);
