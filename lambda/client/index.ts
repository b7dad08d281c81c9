export { formatCents } from "../agreements/dollars";
export { findAccount } from "./accounts";
export type { Operation } from "./call";
export { SequenceClient } from "./client";
export { type Outcome, SequenceError, type SequenceErrorCode, type SequenceErrorDetails } from "./errors";
export { dollarsToCents } from "./money";
export { createNodeTransport, type NodeTransportOptions, nodeTransport } from "./nodeTransport";
export type { AttemptReport, SequenceClientOptions } from "./options";
export {
  type ResponseHead,
  type Transport,
  TransportError,
  type TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from "./transport";
export type * from "./types";
export type { Sleep } from "./waiting";
