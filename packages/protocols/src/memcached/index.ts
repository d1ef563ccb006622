import type { Mark } from "@weir/base";
import type { Direction, EndReason } from "@weir/model";
import type { Dissector, Session, SessionContext } from "../contract.ts";
import { BinarySession } from "./binary-session.ts";
import { MAX_BODY } from "./call.ts";
import { DatagramSession, FRAME_HEADER_BYTES } from "./datagram-session.ts";
import { MAX_LINE_BYTES } from "./line-reader.ts";
import { asksText, probeDatagram, probeStream } from "./probe.ts";
import { memcachedRecord } from "./record.ts";
import { MAX_PENDING, TextSession } from "./text-session.ts";

const REQUEST_MAGIC = 0x80;

/** memcached: the text protocol with its meta commands, and the binary protocol, over TCP and UDP. */
export const memcached: Dissector<(typeof memcachedRecord)["id"]> = {
  id: memcachedRecord.id,
  transports: ["tcp", "udp"],
  ports: [11211],
  specs: [
    "https://github.com/memcached/memcached/blob/master/doc/protocol.txt",
    "https://github.com/memcached/memcached/wiki/BinaryProtocolRevamped",
    "https://docs.memcached.org/protocols/meta/",
  ],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 2 * MAX_LINE_BYTES, bodyBytes: MAX_BODY },
  probe: (_direction, bytes, transport) => (transport === "udp" ? probeDatagram(bytes) : probeStream(bytes)),
  asks(bytes, { transport }) {
    const payload = transport === "udp" ? bytes.subarray(FRAME_HEADER_BYTES) : bytes;
    return (payload[0] ?? 0) >= REQUEST_MAGIC ? payload[0] === REQUEST_MAGIC : asksText(payload);
  },
  open: (context) => (context.transport === "udp" ? new DatagramSession(context) : new StreamSession(context)),
};

/** A connection whose first byte tells whether it is text or binary; it stays so. */
class StreamSession implements Session {
  readonly #context: SessionContext;
  #session: Session | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    const isBinary = (bytes[0] ?? 0) >= REQUEST_MAGIC;
    this.#session ??= isBinary ? new BinarySession(this.#context) : new TextSession(this.#context);
    return this.#session.data(direction, bytes, mark);
  }

  gap(direction: Direction, missingBytes: number, mark: Mark): boolean {
    return this.#session?.gap(direction, missingBytes, mark) ?? true;
  }

  end(direction: Direction, mark: Mark): void {
    this.#session?.end(direction, mark);
  }

  close(reason: EndReason, mark: Mark): void {
    this.#session?.close(reason, mark);
  }
}
