import {
  CreateSecretCommand,
  DeleteSecretCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  UpdateSecretCommand,
} from "@aws-sdk/client-secrets-manager";
import type * as aws from "@pulumi/aws/secretsmanager";
import type { Unwrap } from "@pulumi/pulumi";
import { answered, type Kind, nameFor, type Service, tagList } from "./service";

const secret: Kind<Unwrap<aws.SecretArgs>> = {
  async create({ name, inputs }, { clients }) {
    // Only its deletion uses it.
    void inputs.recoveryWindowInDays;
    const Name = nameFor({ name, inputs });
    const { ARN } = await clients.secrets.send(
      new CreateSecretCommand({ Name, Description: inputs.description, Tags: tagList(inputs.tags) }),
    );
    const arn = answered(ARN, "the secret's ARN");
    return { id: arn, outputs: { name: Name, arn } };
  },
  updates: ["description", "recoveryWindowInDays"],
  async update({ id: SecretId }, { inputs }, { clients }) {
    await clients.secrets.send(new UpdateSecretCommand({ SecretId, Description: inputs.description }));
  },
  remove: ({ id: SecretId }, { recoveryWindowInDays: RecoveryWindowInDays }, { clients }) =>
    clients.secrets.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays })),
};

const version: Kind<Unwrap<aws.SecretVersionArgs>> = {
  async create({ inputs }, { clients }) {
    const { ARN, VersionId } = await clients.secrets.send(
      new PutSecretValueCommand({ SecretId: inputs.secretId, SecretString: inputs.secretString }),
    );
    return { id: `${ARN}|${VersionId}`, outputs: { arn: ARN, versionId: VersionId } };
  },
  updates: ["secretString"],
  async update(_, { inputs }, { clients }) {
    const { secretId: SecretId, secretString: SecretString } = inputs;
    await clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  },
  // AWS can't delete the current version: it goes with its secret.
  remove: async () => {},
};

export const secrets: Service = {
  kinds: {
    "aws:secretsmanager/secret:Secret": secret,
    "aws:secretsmanager/secretVersion:SecretVersion": version,
  },
  async list({ clients }) {
    // Without those that wait for the end of their recovery window, which AWS doesn't list either.
    const { SecretList = [] } = await clients.secrets.send(new ListSecretsCommand({}));
    return SecretList.map(({ ARN }) => String(ARN));
  },
};
