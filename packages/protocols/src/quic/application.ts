import type { Mark } from "@weir/base";
import type { EndReason } from "@weir/model";
import type { SessionContext } from "../contract.ts";
import { Http3Connection } from "./http3/connection.ts";
import { InnerStreams } from "./inner-streams.ts";
import type { StreamSink } from "./streams.ts";

/** What a connection's streams carry. */
export interface QuicApplication extends StreamSink {
  close(reason: EndReason, mark: Mark): void;
}

/**
 * The application protocol by its ALPN word: HTTP/3 and its drafts, else whatever each stream's bytes show (DNS over QUIC, RFC 9250). `context` gives
 * the surroundings of the path that carries the connection at the time.
 */
export function applicationOf(alpn: string, context: () => SessionContext): QuicApplication {
  return /^h3(?:-|$)/.test(alpn) ? new Http3Connection(context) : new InnerStreams(context);
}
