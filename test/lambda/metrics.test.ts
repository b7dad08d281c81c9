import assert from "node:assert/strict";
import { type AmountMetric, amountMetrics, type TriggerMetric, triggerMetrics } from "../../lambda/agreements/metrics";
import { contextWith, handlerOn, OLD_TOKEN, startSequence, tokenOf } from "./amounts/fixtures";
import {
  aConfigWithEvents,
  EVENT_QUEUE,
  invalidRequest,
  PAYDAY_TIME,
  receipt,
  scheduled,
  tooMany,
  World,
} from "./triggers/world";

const heartbeat = { heartbeat: PAYDAY_TIME };

/** For each metric of the trigger function: makes it true, and delivers the message on which the function records it. */
const triggerScenes: Record<TriggerMetric, (world: World) => Promise<unknown>> = {
  [triggerMetrics.executed]: (world) => world.handle(scheduled()),
  [triggerMetrics.testMode]: (world) => {
    world.answer = (call) => receipt(call, { testMode: true });
    return world.handle(scheduled());
  },
  [triggerMetrics.dryRun]: (world) => {
    world.config = { ...world.config, dryRun: true };
    return world.handle(scheduled());
  },
  [triggerMetrics.retried]: (world) => {
    world.answer = () => Promise.reject(tooMany());
    return world.handle(scheduled());
  },
  [triggerMetrics.ageSeconds]: (world) => {
    world.answer = () => Promise.reject(tooMany());
    return world.handle(scheduled());
  },
  [triggerMetrics.failed]: (world) => {
    world.answer = () => Promise.reject(invalidRequest());
    return world.handle(scheduled());
  },
  [triggerMetrics.mailFailed]: (world) => {
    world.answer = () => Promise.reject(invalidRequest());
    world.mailError = new Error("no mail today");
    return world.handle(scheduled());
  },
  [triggerMetrics.messageFailed]: (world) => {
    world.failureQueueError = new Error("no failures today");
    return world.handle("not a message");
  },
  [triggerMetrics.eventConflict]: async (world) => {
    world.config = aConfigWithEvents();
    await world.handle({ trigger: "invoice", event: "4711" }, { queue: EVENT_QUEUE });
    return world.handle({ trigger: "invoice", event: "4711", payload: { other: true } }, { queue: EVENT_QUEUE });
  },
  [triggerMetrics.heartbeat]: (world) => world.handle(heartbeat),
  [triggerMetrics.heartbeatProblem]: (world) => {
    world.badSecrets.add("arn:secret:payday");
    return world.handle(heartbeat);
  },
  [triggerMetrics.paused]: (world) => {
    world.pause();
    return world.handle(scheduled());
  },
  [triggerMetrics.unexpectedTime]: (world) => world.handle(scheduled({ scheduledTime: "2026-12-01T13:00:00Z" })),
  [triggerMetrics.missed]: (world) => {
    const input = JSON.stringify(scheduled({ scheduledTime: "<aws.scheduler.scheduled-time>" }));
    const times = { startsAt: undefined, endsAt: undefined, changedAt: 0 };
    const { expression, timezone } = world.config.triggers.payday?.schedule ?? { expression: "", timezone: "" };
    world.schedules.set("payday", { enabled: true, expression, timezone, ...times, input });
    return world.handle(heartbeat);
  },
};

const amounts = {
  rent: { kind: "Fixed", cents: 150_000 },
  excess: { kind: "Sweep", account: "Pod", floorCents: 0 },
} as const;

/** For each metric of the amount function: which amount is asked for, with which token, and what the account holds. */
const amountScenes: Record<AmountMetric, { name: keyof typeof amounts; token?: string; balanceCents?: number }> = {
  [amountMetrics.answered]: { name: "rent" },
  [amountMetrics.failed]: { name: "excess" },
  [amountMetrics.overCeiling]: { name: "excess", balanceCents: 1_000_001 },
  [amountMetrics.oldUrlUsed]: { name: "rent", token: tokenOf("rent", OLD_TOKEN) },
  [amountMetrics.refused]: { name: "rent", token: "mistyped" },
};

describe("Every metric that an alarm or the dashboard may watch", () => {
  for (const metric of Object.values(triggerMetrics))
    it(`is recorded by the trigger function: ${metric}`, async () => {
      const world = new World();
      await triggerScenes[metric](world);
      assert.ok(world.count(metric) > 0, JSON.stringify(world.metrics));
    });

  for (const metric of Object.values(amountMetrics))
    it(`is recorded by the amount function: ${metric}`, async () => {
      const { name, token = tokenOf(name), balanceCents = null } = amountScenes[metric];
      const sequence = await startSequence();
      try {
        sequence.accounts([{ name: "Pod", cents: balanceCents }]);
        const { handler, metrics } = handlerOn(sequence, amounts, { ceilingCents: 1_000_000 });
        await handler({ pathParameters: { name, token } }, contextWith());
        assert.ok(metrics().includes(metric), metrics().join());
      } finally {
        await sequence.close();
      }
    });
});
