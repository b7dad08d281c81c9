import {
  DeleteRuleCommand,
  ListRulesCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import type * as aws from "@pulumi/aws/cloudwatch";
import type { Unwrap } from "@pulumi/pulumi";
import { answered, type Kind, nameFor, type Service } from "./service";

const rule: Kind<Unwrap<aws.EventRuleArgs>> = {
  async create({ name, inputs }, { clients }) {
    const Name = nameFor({ name, inputs });
    const { RuleArn } = await clients.events.send(new PutRuleCommand({ Name, EventPattern: inputs.eventPattern }));
    return { id: Name, outputs: { name: Name, arn: answered(RuleArn, "the rule's ARN") } };
  },
  remove: ({ id: Name }, _, { clients }) => clients.events.send(new DeleteRuleCommand({ Name })),
};

const target: Kind<Unwrap<aws.EventTargetArgs>> = {
  async create({ name, inputs }, { clients }) {
    const Id = nameFor({ name, inputs: {} });
    const { inputPaths, inputTemplate } = inputs.inputTransformer ?? {};
    await clients.events.send(
      new PutTargetsCommand({
        Rule: inputs.rule,
        Targets: [
          {
            Id,
            Arn: inputs.arn,
            InputTransformer: { InputPathsMap: { ...inputPaths }, InputTemplate: inputTemplate },
            DeadLetterConfig: { Arn: inputs.deadLetterConfig?.arn },
          },
        ],
      }),
    );
    return { id: Id, outputs: {} };
  },
  remove: ({ id }, { rule: Rule }, { clients }) => clients.events.send(new RemoveTargetsCommand({ Rule, Ids: [id] })),
};

export const events: Service = {
  kinds: { "aws:cloudwatch/eventRule:EventRule": rule, "aws:cloudwatch/eventTarget:EventTarget": target },
  async list({ clients }) {
    const { Rules = [] } = await clients.events.send(new ListRulesCommand({}));
    return Rules.map(({ Name }) => `rule ${Name}`);
  },
};
