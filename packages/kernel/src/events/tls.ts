import { readEnds, type SocketEnds } from "./layout.ts";

/** Where the members of `struct tls_event` lie (bpf/tls.bpf.c). */
const Event = {
  session: 8,
  pid: 16,
  kind: 20,
  offset: 24,
  bytes: 32,
  textBytes: 36,
  direction: 40,
  ends: 48,
  text: 96,
} as const;
const Kind = { text: 1, socket: 2, freed: 3 } as const;
const FROM_PEER = 1;
const MAX_TEXT_BYTES = 4_096;

interface SessionEvent {
  /** CLOCK_MONOTONIC. */
  readonly atNs: number;
  /** Names the session as long as it lives: its process and its address there. */
  readonly session: string;
}

/** Something about a TLS session inside of a process. */
export type TlsEvent =
  | (SessionEvent & {
      /** A process wrote or read this. */
      readonly kind: "tlsText";
      readonly isSent: boolean;
      /** Bytes of this direction before these. */
      readonly offset: number;
      /** Bytes of the call, of which `text` holds the first; its own copy. */
      readonly bytes: number;
      readonly text: Uint8Array;
    })
  /** The session is on this socket from here on. */
  | (SessionEvent & { readonly kind: "tlsSocket"; readonly ends: SocketEnds })
  | (SessionEvent & { readonly kind: "tlsFreed" });

/** Reads one; undefined where it is of a kind that this version does not know. */
export function readTlsEvent(view: DataView, at: number): TlsEvent | undefined {
  const base: SessionEvent = {
    atNs: Number(view.getBigUint64(at, true)),
    session: `${view.getUint32(at + Event.pid, true)} ${view.getBigUint64(at + Event.session, true).toString(16)}`,
  };
  switch (view.getUint32(at + Event.kind, true)) {
    case Kind.text: {
      const length = Math.min(view.getUint32(at + Event.textBytes, true), MAX_TEXT_BYTES);
      return {
        ...base,
        kind: "tlsText",
        isSent: view.getUint32(at + Event.direction, true) !== FROM_PEER,
        offset: Number(view.getBigUint64(at + Event.offset, true)),
        bytes: view.getUint32(at + Event.bytes, true),
        text: new Uint8Array(view.buffer, view.byteOffset + at + Event.text, length).slice(),
      };
    }
    case Kind.socket:
      return { ...base, kind: "tlsSocket", ends: readEnds(view, at + Event.ends) };
    case Kind.freed:
      return { ...base, kind: "tlsFreed" };
    default:
      return undefined;
  }
}
