import { field, type RecordDefinition, type RecordOf } from "./field.ts";
import { GRADES } from "./grade.ts";

const fields = [
  field(
    "captureId",
    "string",
    "Identity: in a hub the first 32 hexadecimal digits of its content's SHA-256, in `weir read` the file's name",
    {
      otel: "weir.capture.id",
    },
  ),
  field("name", "string", "File name, or - for a pipe", { otel: "weir.capture.name" }),
  field("format", "string", "File format as recognised by its bytes, compression first: pcap, pcapng, gzip+pcap", {
    cardinality: "few",
  }),
  field("fileBytes", "int", "Size of the file as it was given", { unit: "bytes" }),
  field("startedAt", "time", "Time of the first packet", { optional: true, wireshark: "frame.time_epoch" }),
  field("endedAt", "time", "Time of the last packet", { optional: true }),
  field("packets", "int", "Packets read", { unit: "packets", wireshark: "frame.number" }),
  field("wireBytes", "int", "Bytes on the wire", { unit: "bytes", wireshark: "frame.len" }),
  field("capturedBytes", "int", "Bytes in the file", { unit: "bytes", wireshark: "frame.cap_len" }),
  field("cutPackets", "int", "Packets cut by the snap length", { unit: "packets" }),
  field("droppedPackets", "int", "Packets that the capturing side says it lost", { unit: "packets", optional: true }),
  field(
    "latePackets",
    "int",
    "TCP packets without payload that came long after their connection was over: they are in no connection's numbers",
    { unit: "packets" },
  ),
  field("undecodedPackets", "int", "Packets whose headers could not be read, whatever the reason", { unit: "packets" }),
  field("interfaces", "string[]", "Interfaces, with their link types", {}),
  field("vantage", "string", "Where the capture was taken, as far as the packets tell", {
    values: ["client", "server", "middle", "mixed", "unknown"],
    cardinality: "few",
  }),
  field("connections", "int", "Connections found", { unit: "count" }),
  field("calls", "int", "Calls found", { unit: "count" }),
  field(
    "problem",
    "string",
    "What is wrong with the capture, in one line: damage that ended reading early, or packets that cannot be decoded",
    {
      optional: true,
    },
  ),
  field("grade", "string", "How far this capture can be trusted as a whole", { values: GRADES, cardinality: "few" }),
  field("gradeReasons", "string[]", "Why not whole"),
] as const;

/** One capture that was read: a file or a pipe. */
export const captureRecord = {
  name: "capture",
  table: "captures",
  meaning: "One capture that was read: what it holds and how far it can be trusted.",
  fields,
} as const satisfies RecordDefinition;

export type Capture = RecordOf<typeof fields>;
