import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;
const seconds = (name: string, meaning: string, otel: string) =>
  field(name, "float", meaning, { otel, optional: true });

/** What NTP calls carry. */
export const ntpRecord = {
  id: "ntp",
  protocol: "ntp",
  name: "NTP",
  fields: [
    field("version", "int", "Version of the protocol", { otel: "weir.ntp.version", ...few }),
    field("mode", "string", "Mode of the request: client, symmetric active, broadcast, control …", {
      otel: "weir.ntp.mode",
      ...few,
    }),
    field("stratum", "int", "How far the server is from a reference clock; 16: not synchronised", {
      otel: "weir.ntp.stratum",
      ...few,
    }),
    field("referenceId", "string", "What the server takes its time from: GPS, an address …", {
      otel: "weir.ntp.reference_id",
      optional: true,
      sensitivity: "internal",
    }),
    field("kissCode", "string", "Why the server gives no time: RATE, DENY, INIT …", {
      otel: "weir.ntp.kiss_code",
      ...few,
    }),
    seconds("offset", "How far the server's clock is ahead of the capture's, in seconds", "weir.ntp.offset_seconds"),
    seconds("delay", "Round trip without the server's own time, in seconds", "weir.ntp.delay_seconds"),
    seconds(
      "rootDelay",
      "Round trip from the server to its reference clock, in seconds",
      "weir.ntp.root_delay_seconds",
    ),
    seconds("rootDispersion", "How far the server may be off, in seconds", "weir.ntp.root_dispersion_seconds"),
    field("pollInterval", "int", "Seconds between two questions", { otel: "weir.ntp.poll_interval_seconds", ...few }),
    field("items", "int", "Items that an answer of private mode holds", { otel: "weir.ntp.items", optional: true }),
    field("initiator", "string", "server: a broadcast that nobody asked for", { otel: "weir.call.initiator", ...few }),
    field("attempts", "int", "How often the request was sent", { otel: "weir.ntp.attempts", ...few }),
  ],
} as const satisfies ProtocolRecord;
