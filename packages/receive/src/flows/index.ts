import { flowRecord } from "@weir/model";
import { reading } from "../message/read-request.ts";
import { BrokenMessage } from "../message/reader.ts";
import type { Reading } from "../received.ts";
import { FlowBytes } from "./bytes.ts";
import { readNetflow5 } from "./netflow5.ts";
import { readIpfix, readNetflow9 } from "./sets.ts";
import { readSflow } from "./sflow.ts";
import { ExporterMemory } from "./templates.ts";

/**
 * Reads flow records as rows of `flow_records`: NetFlow 5 and 9, IPFIX, sFlow 5, told apart by their first bytes. Remembers what devices say of their records and their
 * sampling, so one reader is for one socket. Input never throws.
 */
export class FlowReader {
  readonly #memory = new ExporterMemory();

  /** Reads one datagram that came from `exporter` at `receivedAt`, Unix nanoseconds. */
  read(datagram: Uint8Array, exporter: string, receivedAt: bigint): Reading {
    return reading((_, rejections) => {
      const from = new FlowBytes(datagram);
      const [first, second] = datagram.length < 4 ? [0, 0] : [from.uint16(), from.uint16()];
      from.at = 0;
      const memory = this.#memory;
      if (first === 5) return rowsOf(readNetflow5(from, exporter, receivedAt));
      if (first === 9) return rowsOf(readNetflow9(from, exporter, receivedAt, memory, rejections));
      if (first === 10) return rowsOf(readIpfix(from, exporter, receivedAt, memory, rejections));
      if (first === 0 && second === 5) return rowsOf(readSflow(from, receivedAt, rejections));
      throw new BrokenMessage("it is neither NetFlow 5 or 9 nor IPFIX nor sFlow 5");
    });
  }
}

function rowsOf(rows: readonly object[]) {
  return rows.length === 0 ? [] : [{ table: flowRecord, rows }];
}
