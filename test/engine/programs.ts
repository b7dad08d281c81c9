import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The smallest program with an amount and a trigger: nothing is sent to Sequence, and there is nothing that costs by the hour. */
export interface ProgramOptions {
  /** Of the amount `rent`. */
  readonly cents: number;
  /** The component's logical name. */
  readonly name: string;
  /** The component's options, as JavaScript. */
  readonly options: string;
}

export function nodeProgram({ cents, name, options }: ProgramOptions): Record<string, string> {
  return {
    "Pulumi.yaml": "name: engine\nruntime: nodejs\nmain: index.js\n",
    "index.js": `
      const pulumi = require("@pulumi/pulumi");
      const { RemoteApi } = require("sequence-remote-api");
      const api = new RemoteApi("${name}", {
        amounts: { rent: { kind: "Fixed", cents: ${cents} } },
        triggers: {
          payday: {
            ruleId: "ru_12345",
            apiSecret: new pulumi.Config().requireSecret("paydaySecret"),
            schedule: "cron(0 9 1 * ? *)",
            timezone: "America/New_York",
          },
        },
        dryRun: true,
        alarms: false,
        dashboard: false,
        logRetentionDays: 1,
      }, ${options});
      exports.amountUrls = api.amountUrls;
    `,
  };
}

const YAML_RESOURCES = `
resources:
  sequence:
    type: sequence-remote-api:index:RemoteApi
    properties:
      amounts:
        rent: { kind: Fixed, cents: 150000 }
      alarms: false
      dashboard: false
outputs:
  amountUrls: \${sequence.amountUrls}
`;

/** A program in YAML. */
export function yamlProgram(): Record<string, string> {
  const packages = "packages:\n  sequence-remote-api: ./node_modules/sequence-remote-api\n";
  return { "Pulumi.yaml": `name: engine-yaml\nruntime: yaml\n${packages}${YAML_RESOURCES}` };
}

/** A program in Python, in a virtual environment of its own. */
export function pythonProgram(): Record<string, string> {
  return {
    "Pulumi.yaml": `name: engine-python\nruntime: { name: python, options: { toolchain: pip, virtualenv: venv } }\n`,
    "requirements.txt": "pulumi>=3,<4\n",
    "__main__.py": `
import pulumi
from pulumi_sequence_remote_api import RemoteApi

sequence = RemoteApi("sequence", amounts={"rent": {"kind": "Fixed", "cents": 150000}}, alarms=False, dashboard=False)
pulumi.export("amountUrls", sequence.amount_urls)
`,
  };
}

/** A program in Java, with what Maven needs to build the one of examples/java. */
export function javaProgram(): Record<string, string> {
  const example = join(__dirname, "..", "..", "examples", "java");
  return {
    "Pulumi.yaml": "name: engine-java\nruntime: java\n",
    "pom.xml": readFileSync(join(example, "pom.xml"), "utf8"),
    "src/main/java/quickstart/App.java": `
package quickstart;

import com.pulumi.Pulumi;
import com.pulumi.sequenceremoteapi.RemoteApi;
import com.pulumi.sequenceremoteapi.RemoteApiArgs;
import com.pulumi.sequenceremoteapi.enums.AmountKind;
import com.pulumi.sequenceremoteapi.inputs.AmountArgs;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(ctx -> {
            var rent = AmountArgs.builder().kind(AmountKind.Fixed).cents(150_000.0).build();
            var api = new RemoteApi("sequence", RemoteApiArgs.builder()
                .amounts(Map.of("rent", rent)).alarms(false).dashboard(false).build());
            ctx.export("amountUrls", api.amountUrls());
        });
    }
}
`,
  };
}
