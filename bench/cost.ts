import { declare } from "./deploy";
import { type Report, round } from "./report";

/** Dollars in us-east-1, from AWS's price pages as they were known in November 2026. */
const PRICES = { dashboard: 3, alarm: 0.1, secret: 0.4, millionQueueRequests: 0.4 };

/** What every account has for nothing, month after month. */
const FREE = { dashboards: 3, alarms: 10, millionQueueRequests: 1 };

/** Lambda waits for messages with five long polls of 20 seconds at a time, whether there are any or not. */
const QUEUE_REQUESTS_A_MONTH = (5 * 30 * 24 * 3600) / 20 / 1e6;

/** What a month costs that doesn't depend on use. What does is cents: docs/resources.md lists its prices. */
export async function cost(): Promise<Report[]> {
  const stacks: [string, number, number][] = [
    ["the quickstart: 3 amounts, 1 trigger", 3, 1],
    ["3 amounts, 10 triggers", 3, 10],
    ["3 amounts, 100 triggers", 3, 100],
  ];
  const rows = stacks.map(([title, amounts, triggers]) => {
    const { types } = declare(amounts, triggers);
    const count = (type: string) => types[type] ?? 0;
    const alarms = count("aws:cloudwatch/metricAlarm:MetricAlarm");
    const dashboards = count("aws:cloudwatch/dashboard:Dashboard");
    const secrets = count("aws:secretsmanager/secret:Secret");
    const requests = QUEUE_REQUESTS_A_MONTH * count("aws:lambda/eventSourceMapping:EventSourceMapping");
    const paid = (used: number, free: number, price: number) => Math.max(0, used - free) * price;
    const total = (free: typeof FREE) =>
      paid(alarms, free.alarms, PRICES.alarm) +
      paid(dashboards, free.dashboards, PRICES.dashboard) +
      paid(requests, free.millionQueueRequests, PRICES.millionQueueRequests) +
      secrets * PRICES.secret;
    const none = { dashboards: 0, alarms: 0, millionQueueRequests: 0 };
    return {
      title,
      secrets,
      alarms,
      dashboards,
      requests: round(requests, 2),
      full: round(total(none), 2),
      free: round(total(FREE), 2),
    };
  });
  return [
    {
      title: "Cost",
      about: "Dollars a month, from the resources that are declared and the prices of November 2026.",
      columns: ["stack", "secrets", "alarms", "dashboards", "million queue requests", "dollars", "with the free tier"],
      rows: rows.map(({ title, secrets, alarms, dashboards, requests, full, free }) => [
        title,
        secrets,
        alarms,
        dashboards,
        requests,
        full,
        free,
      ]),
      figures: { cost: rows },
    },
  ];
}
