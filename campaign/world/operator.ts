import type { Operator } from "../faults/operator";
import type { WorldParts } from "./parts";

/** What people can do to the stack and to Sequence around an occurrence of a rule. */
export function operatorOf(world: WorldParts, ruleId: string, scheduledTime: string): Operator {
  const { deployment, cloud, sequence } = world;
  const send = (body: string) => void cloud.queues.send(cloud.work.arn, body);
  const { secrets } = sequence.rule(ruleId);
  return {
    replaceSecretInSequence: () => world.replaceSecret(ruleId),
    replaceSecretInAws: () => world.storeSecret(ruleId),
    revokeSecret: () => secrets.revoke(world.secretOf(ruleId)),
    restoreSecret: () => secrets.accept(world.secretOf(ruleId)),
    setRemote: (remote) => {
      sequence.rule(ruleId).remote = remote;
    },
    changePayload: () => deployment.changePayload(ruleId),
    rename: () => deployment.rename(ruleId),
    deployAgain: () => deployment.again(),
    sendByHand: () => send(JSON.stringify({ trigger: deployment.nameOf(ruleId), scheduledTime })),
    redriveFailures: () => {
      // What was redriven once and refused names no occurrence any more, and isn't redriven again.
      for (const body of world.failureBodies.splice(0).slice(-20)) send(body);
    },
  };
}
