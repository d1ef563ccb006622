import type { EncodedReading } from "@weir/receive";

/** What can be handed over instead of copied when a reading goes to another thread. */
export function buffersOf(reading: EncodedReading): ArrayBuffer[] {
  if (reading.kind !== "received") return [];
  return reading.tables.flatMap(({ pieces }) => pieces.map(({ bytes }) => bytes.buffer));
}
