import { type Capture, type Connection, connectionRecord } from "@weir/model";

const BLANK: Readonly<Record<string, unknown>> = {
  string: "",
  bool: false,
  int: 0,
  float: 0,
  time: 1_700_000_000_000_000_000n,
  "string[]": [],
  "int[]": [],
  pairs: [],
  map: {},
  json: null,
};

/** A connection on the one edge that there is. */
export function connectionOf(captureId: string, connectionId: string): Connection {
  const blank = connectionRecord.fields
    .filter(({ optional }) => !optional)
    .map(({ name, type }) => [name, BLANK[type]]);
  return { ...Object.fromEntries(blank), captureId, connectionId, transport: "tcp" } as Connection;
}

export function captureOf(captureId: string): Capture {
  return {
    captureId,
    name: captureId,
    format: "pcap",
    fileBytes: 1,
    packets: 1,
    wireBytes: 1,
    capturedBytes: 1,
    cutPackets: 0,
    latePackets: 0,
    undecodedPackets: 0,
    interfaces: [],
    vantage: "client",
    connections: 1,
    calls: 0,
    grade: "whole",
    gradeReasons: [],
  };
}
