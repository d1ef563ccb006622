export type { FlowLimits, FlowSink, OpenConnection, PacketNote, PacketObserver } from "./contract.ts";
export { FlowEngine, type FlowEngineOptions } from "./engine.ts";
export { completenessOf } from "./tcp/completeness.ts";
