import type { RungKind } from "./ladder-layout.ts";

/** What each kind of arrow shows, in a word or two. */
export const KIND_WORDS: Readonly<Record<Exclude<RungKind, "plain">, string>> = {
  reset: "reset",
  resent: "sent again",
  lost: "a hole before it",
  window: "window closed or full",
  reordered: "out of order",
  duplicate: "repeated ACK",
  keepAlive: "keep-alive",
};

/** What Wireshark's notes on a packet mean. */
const NOTE_MEANINGS: Readonly<Record<string, readonly [word: string, meaning: string]>> = {
  retransmission: ["retransmission", "data that was sent before is sent again"],
  fastRetransmission: ["fast retransmission", "sent again after two or more duplicate ACKs"],
  spuriousRetransmission: ["spurious retransmission", "sent again although it was acknowledged already"],
  outOfOrder: ["out of order", "it arrived after data that follows it"],
  lostSegment: ["previous segment not captured", "data before it is missing: lost on the way, or not captured"],
  ackLostSegment: ["ACK of unseen segment", "it acknowledges data that was never captured"],
  duplicateAck: ["duplicate ACK", "the receiver says again what it waits for: something is missing there"],
  zeroWindow: ["zero window", "the sender of this packet can take no more: its process does not read"],
  zeroWindowProbe: ["zero window probe", "asks whether the other side's window is open again"],
  zeroWindowProbeAck: ["zero window probe ACK", "answers that the window is still closed"],
  windowFull: ["window full", "fills the other side's window: the sender must wait now"],
  windowUpdate: ["window update", "the sender of this packet can take data again"],
  keepAlive: ["keep-alive", "asks whether the other side is still there"],
  keepAliveAck: ["keep-alive ACK", "answers that it is"],
  reusedPorts: ["ports used again", "a new connection on the ports of an older one"],
};

/** A note in words. */
export function noteWord(note: string): string {
  return NOTE_MEANINGS[note]?.[0] ?? note;
}

/** What a note means, as half a sentence; undefined for one that the console does not know. */
export function noteMeaning(note: string): string | undefined {
  return NOTE_MEANINGS[note]?.[1];
}
