import type { TransportRequest, TransportResponse } from "../../lambda/client/transport";
import { sequenceIsCalled } from "../faults/network";
import { SERVICES, type ServiceName } from "../faults/services";
import type { Crossings } from "../faults/striker";
import type { Stream } from "../random";
import { pass } from "../virtualTime";
import { sdkError } from "./cloud";
import { operatorOf } from "./operator";
import type { WorldParts } from "./parts";
import type { FunctionProcess } from "./process";
import { Exchange } from "./sequence";

interface Callees extends WorldParts {
  readonly random: Stream;
  readonly striker: Crossings;
  readonly keepsConnections: boolean;
}

/** What the function calls, with the faults on the way: the services of AWS, and Sequence. */
export class Calls {
  private readonly outages = new Map<ServiceName, number>();

  constructor(private readonly world: Callees) {}

  async toAws(
    process: FunctionProcess,
    service: ServiceName,
    operation: string,
    run: () => Promise<unknown>,
  ): Promise<unknown> {
    const { random, striker } = this.world;
    if ((this.outages.get(service) ?? 0) > Date.now()) throw sdkError("ServiceUnavailable");
    const { subject } = process.asked;
    if (random.chance(0.3)) {
      // The connection is being made, for which the process must be running.
      await pass(random.between(1, 150));
      await process.running();
    }
    const outage = (until: number) => void this.outages.set(service, until);
    return striker.cross(SERVICES[service], subject, { operation, outage }, run);
  }

  async toSequence(request: TransportRequest, process: FunctionProcess): Promise<TransportResponse> {
    const { world } = this;
    const exchange = new Exchange(world.sequence, request, process, () => {
      const people = operatorOf(world, exchange.ruleId, "");
      people.replaceSecretInSequence();
      people.replaceSecretInAws();
    });
    const { subject } = exchange.asked;
    world.counter.sent(String(request.headers["idempotency-key"]), request.body);
    await process.reach("before the call");
    world.story.tell(subject, "the function calls Sequence");
    const sent = world.striker.cross(sequenceIsCalled, subject, exchange, () => exchange.usual());
    const response = await Promise.resolve(sent).catch((error: unknown) => {
      throw world.keepsConnections ? Object.assign(error as Error, { staleSocket: true }) : error;
    });
    await process.reach("after the answer");
    return response;
  }
}
