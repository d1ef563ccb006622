import type { Mark } from "@weir/base";
import { Direction } from "@weir/model";

/** One side's part in a handshake: from its first to its last record, and their bytes. */
class Part {
  first: Mark | undefined;
  last: Mark | undefined;
  bytes = 0;

  add(bytes: number, first: Mark, last: Mark): void {
    this.first ??= first;
    this.last = last;
    this.bytes += bytes;
  }
}

/** When each step of a handshake happened. */
export class Timeline {
  readonly #parts = [new Part(), new Part()] as const;
  clientHello: Mark | undefined;
  retry: Mark | undefined;
  serverHello: Mark | undefined;
  #serverFlightEnd: Mark | undefined;
  #clientFlightEnd: Mark | undefined;
  /** The last message that both sides needed. */
  established: Mark | undefined;
  firstData: Mark | undefined;

  part(direction: Direction): Readonly<Part> {
    return this.#parts[direction];
  }

  /** A record of the handshake has passed. */
  record(direction: Direction, bytes: number, first: Mark, last: Mark): void {
    if (this.established !== undefined) return;
    this.#parts[direction].add(bytes, first, last);
    if (this.serverHello === undefined) return;
    if (direction === Direction.toServer) this.#clientFlightEnd = last;
    else if (this.#clientFlightEnd === undefined) this.#serverFlightEnd = last;
  }

  /** Notes the steps in nanoseconds, one behind the other, by the names of their attributes; those that did not happen are left out. */
  noteSteps(note: (name: string, stepNs: number) => void): void {
    const { clientHello, retry, serverHello, established } = this;
    const step = (name: string, from: Mark | undefined, to: Mark | undefined) => {
      if (from !== undefined && to !== undefined) note(name, Math.max(0, to.atNs - from.atNs));
    };
    step("weir.tls.handshake_ns", this.#parts[Direction.toServer].first, established);
    if (retry !== undefined) step("weir.tls.hello_retry_ns", clientHello, retry);
    step("weir.tls.server_hello_ns", retry ?? clientHello, serverHello);
    step("weir.tls.server_flight_ns", serverHello, this.#serverFlightEnd);
    step("weir.tls.client_flight_ns", this.#serverFlightEnd, this.#clientFlightEnd);
    if (established !== undefined && established === this.#parts[Direction.toClient].last)
      step("weir.tls.server_finished_ns", this.#clientFlightEnd, established);
    step("weir.tls.first_data_ns", established, this.firstData);
  }
}
