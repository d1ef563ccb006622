import { TcpFlag } from "@weir/wire";
import type { Arrival } from "./segment.ts";

/** One host's part in explicit congestion notification (RFC 3168 §6.1). */
export class CongestionNotification {
  readonly #isAble: boolean;
  #mustEcho = false;
  #hasReduced = false;

  constructor(isAble: boolean) {
    this.#isAble = isAble;
  }

  /** Looks at what came in: a mark is echoed until the other side says that it sends less. */
  arrived({ segment: { flags }, isMarked }: Arrival): void {
    if (!this.#isAble || (flags & TcpFlag.syn) !== 0) return;
    if ((flags & TcpFlag.cwr) !== 0) this.#mustEcho = false;
    if (isMarked) this.#mustEcho = true;
  }

  /** The sender sends less, because of an echo: the next new segment says so. */
  reduced(): void {
    this.#hasReduced = true;
  }

  /** The flags that a segment gets on top of its own. */
  flagsFor(flags: number, isNewPayload: boolean): number {
    if (!this.#isAble) return 0;
    if ((flags & TcpFlag.syn) !== 0) return (flags & TcpFlag.ack) === 0 ? TcpFlag.ece | TcpFlag.cwr : TcpFlag.ece;
    const echo = this.#mustEcho && (flags & TcpFlag.rst) === 0 ? TcpFlag.ece : 0;
    if (!isNewPayload || !this.#hasReduced) return echo;
    this.#hasReduced = false;
    return echo | TcpFlag.cwr;
  }

  /** Only new payload may be marked, not ACKs and not what is sent again (§6.1.4, §6.1.5). */
  mayMark(isNewPayload: boolean): boolean {
    return this.#isAble && isNewPayload;
  }
}
