import type { Packet } from "../packet.ts";
import type { CaptureSummary } from "./summary.ts";
import type { Timestamp } from "./timestamp.ts";

/** What a format's parser may use: where packets go, and the facts that are gathered on the way. */
export interface FormatContext {
  readonly summary: CaptureSummary;
  /** Filled by the parser before {@link FormatContext.emit}. */
  readonly packet: Packet;
  readonly time: Timestamp;
  /**
   * The packet's capture facts are set and its bytes stand in `packet.bytes[start..end)`: decode it and pass it on. A packet
   * without a time of its own (`isTimed` false) gets that of the packet before it.
   */
  emit(isTimed: boolean): void;
  /** Secrets of the capture's TLS connections, as the text of a key log. Never kept here: they are nobody's to show. */
  keyLog(text: string): void;
  /** Ends reading: what is wrong, at which offset in the capture, and what to do. */
  fail(message: string, fileOffset: number, hint: string): void;
}

/**
 * A capture format as a stream of units (file header, record, block). The reader asks how long the next unit is, gathers that
 * many bytes, and hands the whole unit over. HOT PATH: nothing is allocated per unit.
 */
export interface FormatParser {
  /** Length of the unit that begins at `at`: exact when it can be told from the `end - at` bytes there, else more than those. */
  unitBytes(view: DataView, at: number, end: number): number;
  /**
   * Takes whole units from `at` on, as many as there are before `end`, as `unit` would; returns where the first one begins that is not whole. There only
   * where a format's units are so regular that a loop of its own is worth it.
   */
  units?(bytes: Uint8Array, view: DataView, at: number, end: number, fileOffset: number): number;
  /** Takes one whole unit. `fileOffset` is where it lies in the capture. */
  unit(bytes: Uint8Array, view: DataView, at: number, length: number, fileOffset: number): void;
}

/** Longest packet that is believed; more is a damaged length. As Wireshark's WTAP_MAX_PACKET_SIZE_STANDARD. */
export const MAX_PACKET_BYTES = 262_144;

/** What to do about a file that breaks off or is damaged in the middle. */
export const DAMAGE_HINT = "What came before it was read; the rest of the file is damaged, copy or capture it again";
