import type { FlowLimits } from "./contract.ts";

/** What the engine holds at most unless told otherwise. */
export const DEFAULT_LIMITS: FlowLimits = {
  openConnections: 1_000_000,
  rememberedConversations: 400_000,
  reorderBytesPerStream: 1 << 20,
  reorderBytesTotal: 256 << 20,
  udpIdleNs: 60e9,
  tcpLingerNs: 15e9,
  tcpIdleNs: 3_600e9,
  restNs: Number.POSITIVE_INFINITY,
};

/** Packet numbers kept as evidence per connection. */
export const EVIDENCE_PACKETS = 32;
