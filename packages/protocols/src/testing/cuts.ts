import type { Transcript, TranscriptEvent } from "./transcript.ts";

/** Bytes of all packets together, both directions. */
export function bytesOf(transcript: Transcript): number {
  return transcript.events.reduce((sum, event) => sum + (event.kind === "data" ? event.bytes.length : 0), 0);
}

/** The same connection, every packet handed over in pieces of `pieceBytes`. */
export function cutInPieces(transcript: Transcript, pieceBytes: number): Transcript {
  const events = transcript.events.flatMap((event): TranscriptEvent[] => {
    if (event.kind !== "data") return [event];
    const count = Math.ceil(event.bytes.length / pieceBytes);
    return Array.from({ length: count }, (_, index) => ({
      ...event,
      bytes: event.bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
    }));
  });
  return { ...transcript, events };
}

/** The same connection, the packet that holds the byte number `at` handed over in two pieces. */
export function cutAt(transcript: Transcript, at: number): Transcript {
  let before = 0;
  const events = transcript.events.flatMap((event): TranscriptEvent[] => {
    if (event.kind !== "data") return [event];
    const cut = at - before;
    before += event.bytes.length;
    if (cut <= 0 || cut >= event.bytes.length) return [event];
    return [
      { ...event, bytes: event.bytes.subarray(0, cut) },
      { ...event, bytes: event.bytes.subarray(cut) },
    ];
  });
  return { ...transcript, events };
}

/** The connection as a capture shows it that ends after `bytes` bytes. */
export function shortenTo(transcript: Transcript, bytes: number): Transcript {
  const events: TranscriptEvent[] = [];
  let left = bytes;
  let mark = transcript.events[0]?.mark ?? transcript.close.mark;
  for (const event of transcript.events) {
    if (left <= 0) break;
    mark = event.mark;
    events.push(event.kind === "data" ? { ...event, bytes: event.bytes.subarray(0, left) } : event);
    if (event.kind === "data") left -= event.bytes.length;
  }
  return { ...transcript, events, close: { reason: "captureEnd", mark } };
}

/** Cuts and lengths to try for one fixture: all of them, or evenly spread ones where a fixture is long. Datagrams come whole: fewer of them. */
const MAX_PLACES = { tcp: 1_500, udp: 100 };

/** Places at which to cut or to shorten a transcript. */
export function placesIn(transcript: Transcript): number[] {
  const bytes = bytesOf(transcript);
  const step = Math.max(1, Math.ceil(bytes / MAX_PLACES[transcript.transport]));
  return Array.from({ length: Math.floor(bytes / step) }, (_, index) => index * step + 1);
}

/** The same connection with some of its bytes changed; each damage is a place and the byte that stands there then. */
export function damaged(transcript: Transcript, damages: readonly (readonly [number, number])[]): Transcript {
  const events = transcript.events.map((event) =>
    event.kind === "data" ? { ...event, bytes: event.bytes.slice() } : event,
  );
  const data = events.filter((event) => event.kind === "data");
  for (const [place, value] of damages) {
    const { bytes } = data[place % data.length] ?? {};
    if (bytes !== undefined) bytes[(place >>> 4) % bytes.length] = value;
  }
  return { ...transcript, events };
}
