export { EventSourceMappings, type TimedFunctionRunner } from "./eventSourceMappings";
export type { QueuedMessage } from "./queue";
export { Queues, type QueuesOptions } from "./queues";
