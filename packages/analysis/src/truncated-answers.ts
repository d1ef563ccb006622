import { NS_PER_S } from "@weir/base";
import type { Call } from "@weir/model";
import { forgetOldest } from "./forget-oldest.ts";

/** A resolver asks again over TCP at once; a connection that is not answered is tried for a few seconds. */
const LONGEST_PAUSE_NS = BigInt(5 * NS_PER_S);
/** Truncated answers that may be followed by the same question over TCP. */
const MAX_WAITING = 4096;

/**
 * Tells which questions over TCP were asked there because the answer over UDP did not fit (RFC 1035 §4.2.1, RFC 7766 §5): the same client asked the same
 * server the same shortly before, and the answer was marked as truncated.
 */
export class TruncatedAnswers {
  /** When what was answered so had been asked, by client, server and question. */
  readonly #askedAt = new Map<string, bigint>();

  /** Takes a call and returns it, with the time that the truncated answer cost where there was one. */
  call(call: Call): Call {
    if (call.protocol !== "dns" || call.attributes["weir.call.initiator"] === "server") return call;
    const key = `${call.clientAddress} ${call.serverAddress} ${call.operation} ${call.target.toLowerCase()}`;
    if (call.transport === "udp") {
      if (call.attributes["weir.dns.truncated"] === "true") this.#wait(key, call.startedAt);
      return call;
    }
    const askedAt = this.#askedAt.get(key);
    if (askedAt === undefined) return call;
    this.#askedAt.delete(key);
    const laterNs = call.startedAt - askedAt;
    if (laterNs < 0n || laterNs > LONGEST_PAUSE_NS) return call;
    return { ...call, attributes: { ...call.attributes, "weir.dns.after_truncation_ns": String(laterNs) } };
  }

  #wait(key: string, askedAt: bigint): void {
    forgetOldest(this.#askedAt, MAX_WAITING);
    this.#askedAt.set(key, askedAt);
  }
}
