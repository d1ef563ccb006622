import type { Verdict } from "../packet.ts";

/** What is wrong with a capture's bytes: one line, where, and what to do. Reading kept everything before it. */
export interface CaptureProblem {
  readonly message: string;
  /** Offset in the uncompressed capture. */
  readonly fileOffset: number;
  /** Number of the last packet that was read. */
  readonly packetNumber: number;
  readonly hint: string;
  /** True where nothing more can be read. */
  readonly fatal: boolean;
}

/** One interface of a capture. */
export interface CaptureInterface {
  readonly name: string;
  readonly linkType: number;
  /** 0 where packets are not cut. */
  readonly snapBytes: number;
  /** Packets that this interface says it lost; undefined where it says nothing. */
  droppedPackets: number | undefined;
}

/** Formats that are read. */
export type CaptureFormat = "pcap" | "pcapng" | "snoop";

/** What was read so far. */
export interface CaptureSummary {
  format: CaptureFormat | undefined;
  readonly interfaces: CaptureInterface[];
  packets: number;
  /** Time of the latest packet, nanoseconds since the first. */
  lastNs: number;
  wireBytes: number;
  capturedBytes: number;
  /** Packets cut by the snap length. */
  cutPackets: number;
  /** Packets that are older than the one before them. */
  clockSteps: number;
  /** How many packets stopped where, by {@link Verdict}; index 0 is fine. */
  readonly verdicts: number[];
  /** Addresses and names from pcapng's name resolution blocks. */
  readonly names: { readonly address: string; readonly name: string }[];
  problem: CaptureProblem | undefined;
}

export function emptySummary(): CaptureSummary {
  const kinds: Verdict[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  return {
    format: undefined,
    interfaces: [],
    packets: 0,
    lastNs: 0,
    wireBytes: 0,
    capturedBytes: 0,
    cutPackets: 0,
    clockSteps: 0,
    verdicts: kinds.map(() => 0),
    names: [],
    problem: undefined,
  };
}
