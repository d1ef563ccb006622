import type { Mark, UnixNs } from "@weir/base";
import type { Direction, EndReason, Field } from "@weir/model";
import type { CallDraft } from "./call-draft.ts";
import type { CarriedRequest, HttpApplication } from "./common/http/exchange.ts";

/** What a first look at a stream's bytes tells. `needMore` only while more bytes could still decide. */
export type ProbeVerdict = "match" | "needMore" | "noMatch";

/** Their bytes broke the protocol's rules: counted and kept, never thrown. */
export interface Violation {
  /** Short stable word, e.g. `badChunkSize`. */
  readonly code: string;
  readonly direction: Direction;
  readonly mark: Mark;
}

/** What a session may use. */
export interface SessionContext {
  readonly transport: "tcp" | "udp";
  /** Ports, for protocols whose meaning depends on them; never for detection. */
  readonly clientPort: number;
  readonly serverPort: number;
  /** True where the stream's beginning was not captured. */
  readonly midStream: boolean;
  /** Absolute time from which marks count, for what carries dates itself (certificates); undefined where it is not known. */
  readonly startUnixNs?: UnixNs | undefined;
  emit(call: CallDraft): void;
  violation(violation: Violation): void;
  /** A stream inside this one (what TLS decrypts, what a tunnel carries): its protocol is found by its bytes, its calls belong to this connection. */
  inner(): InnerStream;
  /** What the sessions of one dissector share beyond a connection (QUIC connections that move). Made at first use, with limits of its own. */
  common<T extends object>(create: () => T): T;
  /** TLS secrets that a key log file or the capture itself holds; empty where there are none. */
  readonly tlsSecrets: TlsSecrets;
  /** What the session before said of this stream; absent where the stream begins here. */
  readonly opening?: Opening | undefined;
  /** Protocols that HTTP exchanges carry. */
  readonly httpApplications: readonly HttpApplication[];
}

/** Where a session puts the bytes of a protocol inside its own. Borrowed as `Session`'s are. */
export interface InnerStream {
  /** Word of the protocol that was found inside; empty while there is none. */
  readonly protocol: string;
  data(direction: Direction, bytes: Uint8Array, mark: Mark): void;
  gap(direction: Direction, missingBytes: number, mark: Mark): void;
  end(direction: Direction, mark: Mark): void;
  close(reason: EndReason, mark: Mark): void;
}

/** Secrets in the terms of the NSS key log format (SSLKEYLOGFILE). */
export interface TlsSecrets {
  /** The secret of a label (`CLIENT_RANDOM`, `CLIENT_TRAFFIC_SECRET_0` …) for a client random, in lower-case hexadecimal. */
  find(label: string, clientRandomHex: string): Uint8Array | undefined;
}

/** What a session that hands over knows about the stream that follows. */
export interface Opening {
  /** Target of the request that opened it, values masked. */
  readonly target: string;
  /** The request itself, where the next protocol answers it (an upgrade to HTTP/2). */
  readonly request?: CarriedRequest | undefined;
  /** Extensions and options that were agreed on, as the protocol writes them; empty where there are none. */
  readonly options: string;
}

/** What follows on a connection after a session let go of it. */
export interface Handover {
  /** Id of the dissector that takes over; absent where it is to be found by its bytes. */
  readonly to?: string;
  /** What the next session cannot know by itself and should: the target of the upgrade request, what was negotiated. Becomes its `SessionContext.opening`. */
  readonly opening?: Opening;
  /** Attributes that all calls behind it carry as well: what was told of who asks. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Bytes that came with the last ones and are not this session's, in order. Borrowed: copied by none, taken at once. */
  readonly rest: readonly { readonly direction: Direction; readonly bytes: Uint8Array }[];
}

/**
 * One connection's state in one protocol. Bytes come in order per direction; over UDP each `data` is one datagram.
 * A session never throws on input, never keeps a reference to `bytes`, and never holds more than its dissector's limits.
 */
export interface Session {
  /**
   * Set where a session lets go because another protocol follows on the same connection (CONNECT, an upgrade, STARTTLS). A session that lets go
   * without it leaves the rest of the connection unread.
   */
  readonly handover?: Handover | undefined;
  /** Takes bytes. Returns false when the session lets go: the stream is not, or no longer, this protocol. */
  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean;
  /** Bytes that will never come: lost before us or not captured. `missingBytes` is how many. Returns as `data`. */
  gap(direction: Direction, missingBytes: number, mark: Mark): boolean;
  /** One direction is finished (FIN). */
  end(direction: Direction, mark: Mark): void;
  /** Nothing more comes. Emits what is unfinished, marked as such. Called once. */
  close(reason: EndReason, mark: Mark): void;
  /**
   * The connection has been quiet for long. Where nothing is under way, returns all that the session knows, as small as can be (one constant for many is
   * best): it is let go, and another is opened with it when the connection goes on. Undefined where the session must stay; absent where it always must.
   */
  rest?(): object | undefined;
  /** Takes what one side wrote inside of this session's encryption, told by its process: later than the packets that carried it. Absent where nothing is encrypted. */
  plainText?(direction: Direction, text: PlainText): void;
}

/** What a process wrote to an encrypted connection or read from it. */
export interface PlainText {
  /** When it did, in nanoseconds since the capture's first packet. */
  readonly atNs: number;
  /** Bytes of this direction that were lost before these. */
  readonly missingBefore: number;
  /** Borrowed. */
  readonly bytes: Uint8Array;
  /** Bytes behind these that were left out. */
  readonly missingBehind: number;
}

/** What a protocol is called and which fields its calls carry. Pure data: the store, the filter and the console read it. */
export interface ProtocolRecord<Id extends string = string> {
  /** Folder name and name of the dissector: `http1`. */
  readonly id: Id;
  /** Value of `call.protocol` and prefix of its fields in filters: `http`. Versions of one protocol share it. */
  readonly protocol: string;
  /** Name as people write it. */
  readonly name: string;
  /**
   * Fields in `attributes`: `name` is the word in filters (`http.statusCode`), `otel` the attribute's name in the map.
   * Types string, int, float and bool are kept as text in the map.
   */
  readonly fields: readonly (Field & { readonly otel: string })[];
}

/** A protocol that Weir can read: recognises its bytes and opens sessions. */
export interface Dissector<Id extends string = string> {
  readonly id: Id;
  readonly transports: readonly ("tcp" | "udp")[];
  /** True where its streams are opened by another session only (`Handover`): no bytes tell it, and `probe` never matches. */
  readonly isHandedOver?: true;
  /** Well-known ports: a hint for the order of probing, never a proof. */
  readonly ports: readonly number[];
  /** RFCs and other definitions that were followed, as URLs or RFC numbers. */
  readonly specs: readonly string[];
  /** What one session may hold at most. */
  readonly limits: { readonly pendingCalls: number; readonly bufferedBytes: number; readonly bodyBytes: number };
  /**
   * Looks at the first bytes of one direction (over UDP: one datagram). Must not need the port.
   * `direction` is how the transport sees it; a probe that finds it reversed still says `match`.
   */
  probe(direction: Direction, bytes: Uint8Array, transport: "tcp" | "udp"): ProbeVerdict;
  /**
   * Whether a datagram that `probe` did not match belongs to what the sessions of this dissector know in common: a connection that moved here from
   * another path (QUIC). Absent where nothing can move.
   */
  knows?(bytes: Uint8Array, common: SessionContext["common"]): boolean;
  /**
   * Whether bytes behind which a hole follows begin this protocol, where `probe` would have needed more of them: what a snap length leaves of a first
   * message. Absent where that cannot be told.
   */
  probeCut?(bytes: Uint8Array): boolean;
  /**
   * Whether bytes that `probe` matched ask (true) or answer (false); undefined where they do not tell. Where the handshake was not captured, it tells
   * client from server.
   */
  asks(bytes: Uint8Array, about: Pick<SessionContext, "transport" | "clientPort" | "serverPort">): boolean | undefined;
  /** `rest` is what a session of this dissector said on this connection when it was let go, see {@link Session.rest}; absent where the session begins. */
  open(context: SessionContext, rest?: object): Session;
}
