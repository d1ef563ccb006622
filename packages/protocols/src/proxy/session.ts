import { ByteQueue, type Mark } from "@weir/base";
import type { Direction } from "@weir/model";
import { callOf, present } from "../common/passage.ts";
import type { Handover, Session, SessionContext } from "../contract.ts";
import { type ProxyHeader, readHeader } from "./wire.ts";

/** The header with which a proxy tells for whom it connects, in one call that nobody answers. What follows is another protocol. */
export class ProxySession implements Session {
  readonly #context: SessionContext;
  readonly #queue = new ByteQueue();
  handover: Handover | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#queue.append(bytes, mark);
    const header = readHeader(this.#queue.peek());
    if (header === "needMore") return true;
    if (header === undefined) {
      this.#context.violation({ code: "badHeader", direction, mark });
      return false;
    }
    const first = this.#queue.markAt(0) ?? mark;
    const last = this.#queue.markAt(header.length - 1) ?? mark;
    this.#tell(header, first, last);
    this.#queue.consume(header.length);
    const rest = this.#queue.length === 0 ? [] : [{ direction, bytes: this.#queue.peek() }];
    this.handover = { rest, attributes: toldOf(header) };
    return false;
  }

  /** A header with a hole in it tells nothing. */
  gap(): boolean {
    return false;
  }

  end(): void {
    // A header that never ends is none.
  }

  close(): void {
    // As above.
  }

  #tell(header: ProxyHeader, first: Mark, last: Mark): void {
    const { version, length, operation, destination, authority, alpn, tlsVersion } = header;
    this.#context.emit(
      callOf({ first, last, bytes: length, hasGap: false }, undefined, {
        operation,
        target: destination === undefined ? "" : endOf(destination),
        status: "ok",
        attributes: {
          ...toldOf(header),
          ...present({
            "weir.proxy.version": version,
            "weir.proxy.authority": authority,
            "weir.proxy.alpn": alpn,
            "weir.proxy.tls_version": tlsVersion,
          }),
        },
      }),
    );
  }
}

/** What the calls behind a header are told of who asked. */
function toldOf({ client }: ProxyHeader): Record<string, string> {
  return present({ "weir.proxy.client_address": client?.address, "weir.proxy.client_port": client?.port });
}

function endOf({ address, port }: { readonly address: string; readonly port: number }): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
