export type { AttemptSummary } from "./attempt-summaries.ts";
export type {
  FlowLimits,
  FlowSink,
  FlowTransport,
  HealthReading,
  Held,
  OpenConnection,
  PacketNote,
  PacketObserver,
} from "./contract.ts";
export { BEGINNINGS_PER_PACKET, FlowEngine, type FlowEngineOptions } from "./engine.ts";
export { type Joinable, joinShards } from "./join-shards.ts";
export type { Ends } from "./memory/conversations.ts";
export type { AckSight } from "./tcp/ack-watch.ts";
export { completenessOf } from "./tcp/completeness.ts";
export type { HeldTime } from "./tcp/held-up.ts";
export type { Vantages } from "./vantages/vantages.ts";
