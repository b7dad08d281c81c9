import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createAmountHandler } from "../lambda/amounts/handler";
import { SequenceClient, type Transport } from "../lambda/client";
import { createLogger } from "../lambda/log";
import { AMOUNT_EVENT, amountConfig } from "./coldContestants";
import { ACCOUNTS_ANSWER } from "./loopback";
import { median, type Report, round } from "./report";

const REQUESTS = 10_000;

/** What a request costs in a process that is warm: the handler, the client and the log lines, without what Sequence and the network take. */
export async function warm(): Promise<Report[]> {
  const body = JSON.stringify(ACCOUNTS_ANSWER);
  const atOnce: Transport = async () => ({ status: 200, headers: { "content-type": "application/json" }, body });
  const own = await measure(new SequenceClient({ accessToken: "access-token-0123456789", transport: atOnce }));

  let connections = 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => response.writeHead(200, { "content-type": "application/json" }).end(body));
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = await measure(new SequenceClient({ accessToken: "access-token-0123456789", baseUrl }));
  server.closeAllConnections();
  server.close();

  return [
    {
      title: "Warm",
      about: `${REQUESTS} requests for an amount in one process, Node ${process.version}, one after the other; 20 accounts in each answer.`,
      columns: [
        "",
        "median ms a request",
        "mean ms",
        "allocated a request, KB",
        "kept in memory after all, KB",
        "connections",
      ],
      rows: [
        ["our own work (Sequence answers at once)", own.medianMs, own.meanMs, own.allocatedKb, own.retainedKb, "-"],
        [
          "over HTTP on loopback, server in the same process",
          http.medianMs,
          http.meanMs,
          http.allocatedKb,
          http.retainedKb,
          connections,
        ],
      ],
      figures: {
        warm: {
          ownMs: own.medianMs,
          ownMeanMs: own.meanMs,
          httpMs: http.medianMs,
          allocatedKb: own.allocatedKb,
          retainedKb: own.retainedKb,
          connections,
        },
      },
    },
  ];
}

async function measure(client: SequenceClient) {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const handler = createAmountHandler({
    config: amountConfig({ kind: "TopUp", account: "Bills Pod", targetCents: 50_000 }),
    client,
    logger: createLogger({}, () => {}),
  });
  const context = { awsRequestId: "a-1", getRemainingTimeInMillis: () => 10_000 };
  const request = async () => {
    const { statusCode } = await handler(AMOUNT_EVENT, context);
    if (statusCode !== 200) throw new Error(`a request was answered ${statusCode}`);
  };
  for (let count = 0; count < 500; count++) await request();
  collect();
  const heapBefore = process.memoryUsage().heapUsed;
  const times: number[] = [];
  const began = performance.now();
  for (let count = 0; count < REQUESTS; count++) {
    const start = performance.now();
    await request();
    times.push(performance.now() - start);
  }
  const meanMs = (performance.now() - began) / REQUESTS;
  const medianMs = median(times);
  times.length = 0;
  collect();
  const retainedKb = Math.round((process.memoryUsage().heapUsed - heapBefore) / 1024);
  const allocatedKb = round(await allocatedBy(request, collect), 1);
  return { medianMs: round(medianMs, 3), meanMs: round(meanMs, 3), allocatedKb, retainedKb };
}

const BATCH = 10;

/** KB a request: how much the heap grows in a few requests, in the median, because the collector can come in between. */
async function allocatedBy(request: () => Promise<void>, collect: () => void): Promise<number> {
  const growths: number[] = [];
  for (let batch = 0; batch < 51; batch++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let count = 0; count < BATCH; count++) await request();
    growths.push((process.memoryUsage().heapUsed - before) / BATCH / 1024);
  }
  return median(growths);
}
