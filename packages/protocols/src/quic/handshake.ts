import { type Mark, toHex } from "@weir/base";
import type { CallStatus, EndReason, GradeReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { cipherName } from "../common/tls/cipher-suites.ts";
import { Extension } from "../common/tls/extensions.ts";
import { ja3, ja3s, ja4 } from "../common/tls/fingerprints.ts";
import type { ClientHello, ServerHello } from "../common/tls/hello.ts";
import { groupName } from "../common/tls/names.ts";
import { unanswered } from "../common/unanswered.ts";
import { closeName, isClean } from "./error-names.ts";
import type { ConnectionClose } from "./frames.ts";
import { type GoogleHello, googleAttributes } from "./google.ts";
import type { TransportParameters } from "./transport-parameters.ts";
import { isReservedVersion, quicVersionName } from "./versions.ts";

/** Transport parameters that a call shows. */
const SHOWN_PARAMETERS = {
  client: [
    "max_idle_timeout",
    "initial_max_data",
    "initial_max_stream_data_bidi_local",
    "initial_max_streams_bidi",
    "max_udp_payload_size",
  ],
  server: [
    "max_idle_timeout",
    "initial_max_data",
    "initial_max_stream_data_bidi_remote",
    "initial_max_streams_bidi",
    "max_udp_payload_size",
  ],
} as const;

/** Status code of a handshake that ended with a Version Negotiation packet. */
const VERSION_REFUSED = "VERSION_NEGOTIATION";

/** How a handshake ended. */
interface Outcome {
  readonly status: CallStatus;
  readonly statusCode?: string;
  readonly gradeReasons: readonly GradeReason[];
}

/** What one side sent until the handshake was over. */
export interface Sent {
  first: Mark | undefined;
  last: Mark | undefined;
  bytes: number;
}

/** What was learned of a handshake, as far as it came. */
export class Handshake {
  readonly client: Sent = { first: undefined, last: undefined, bytes: 0 };
  readonly server: Sent = { first: undefined, last: undefined, bytes: 0 };
  /** The version of the latest packets, and of the client's first. */
  versionNumber: number;
  triedVersion: number;
  /** The connection id that the client chose first. */
  readonly connectionId: Uint8Array;
  clientHello: ClientHello | undefined;
  /** The hello of Google's own handshake, which has no ClientHello. */
  google: GoogleHello | undefined;
  /** The packet that brought the ClientHello's end. */
  helloLast: Mark | undefined;
  serverHello: ServerHello | undefined;
  /** What EncryptedExtensions say; absent where it cannot be opened. */
  alpn: string | undefined;
  clientParameters: TransportParameters = new Map();
  serverParameters: TransportParameters = new Map();
  helloRetried = false;
  retries = 0;
  versionNegotiations = 0;
  offeredVersions: readonly number[] = [];
  earlyPackets = 0;
  /** Whether the server took early data; absent where EncryptedExtensions cannot be opened. */
  acceptsEarlyData: boolean | undefined;
  closed: (ConnectionClose & { readonly byClient: boolean }) | undefined;
  /** The packet with which the client's side was over. */
  finished: Mark | undefined;
  /** The last Version Negotiation packet. */
  #refusedAt: Mark | undefined;

  constructor(versionNumber: number, connectionId: Uint8Array) {
    this.versionNumber = versionNumber;
    this.triedVersion = versionNumber;
    this.connectionId = connectionId.slice();
  }

  /** Counts a packet of the handshake. */
  count(byClient: boolean, bytes: number, mark: Mark): void {
    const sent = byClient ? this.client : this.server;
    sent.first ??= mark;
    sent.last = mark;
    sent.bytes += bytes;
  }

  /** The server does not have the client's version, but these. */
  negotiate(offered: readonly number[], bytes: number, mark: Mark): void {
    this.versionNegotiations += 1;
    this.offeredVersions = offered;
    this.server.bytes += bytes;
    this.#refusedAt = mark;
  }

  /** It follows a try with a version that the server did not have, and began with it. */
  follow(refused: Handshake): void {
    for (const side of ["client", "server"] as const) {
      this[side].first = refused[side].first;
      this[side].bytes += refused[side].bytes;
    }
    this.triedVersion = refused.triedVersion;
    this.versionNegotiations = refused.versionNegotiations;
    this.offeredVersions = refused.offeredVersions;
  }

  /** The name that the client asked for; empty where it asked for none. */
  get serverName(): string {
    return this.clientHello?.serverName ?? this.google?.serverName ?? "";
  }

  /** The call of the handshake, at its end or at the end of the connection. */
  callAt(reason: EndReason): CallDraft | undefined {
    const known = this.client.first ?? this.server.first;
    if (known === undefined) return undefined;
    const outcome = this.#outcome(reason);
    return {
      operation: "handshake",
      target: this.serverName,
      status: outcome.status,
      statusCode: outcome.statusCode ?? "",
      requestFirst: known,
      requestLast: this.helloLast ?? known,
      responseFirst: this.server.first ?? this.#refusedAt,
      responseLast: this.server.last ?? this.#refusedAt,
      requestBytes: this.client.bytes,
      responseBytes: this.server.bytes,
      attributes: this.#attributes(outcome.status === "ok"),
      gradeReasons: this.#gradeReasons(outcome.gradeReasons),
    };
  }

  /** Who closes a connection complains of the other side's doing. */
  #outcome(reason: EndReason): Outcome {
    const closed = this.closed && { statusCode: closeName(this.closed), gradeReasons: [] };
    if (this.finished !== undefined) return { status: "ok", gradeReasons: [], ...closed };
    if (this.closed !== undefined && closed !== undefined) {
      if (isClean(this.closed)) return { status: "aborted", ...closed };
      return { status: this.closed.byClient ? "serverError" : "clientError", ...closed };
    }
    const isRefused = this.#refusedAt !== undefined && this.server.first === undefined;
    if (isRefused) return { status: "clientError", statusCode: VERSION_REFUSED, gradeReasons: [] };
    return unanswered(reason);
  }

  #gradeReasons(reasons: readonly GradeReason[]): GradeReason[] {
    const all = [...reasons];
    if (this.clientHello === undefined && this.google === undefined)
      all.push(this.client.first === undefined ? "midStreamStart" : "notDecoded");
    return all;
  }

  #attributes(isEstablished: boolean): Record<string, string> {
    const { client, finished, retries, versionNegotiations, earlyPackets, closed } = this;
    const all: Record<string, string | undefined> = {
      "weir.quic.version": quicVersionName(this.versionNumber),
      "weir.quic.tried_version":
        this.triedVersion === this.versionNumber ? undefined : quicVersionName(this.triedVersion),
      "weir.quic.connection_id": toHex(this.connectionId),
      ...this.#tlsAttributes(),
      ...(this.google && googleAttributes(this.google)),
      "tls.established": String(isEstablished),
      "weir.quic.handshake_ns":
        finished === undefined || client.first === undefined ? undefined : String(finished.atNs - client.first.atNs),
      "weir.quic.retries": retries === 0 ? undefined : String(retries),
      "weir.quic.version_negotiations": versionNegotiations === 0 ? undefined : String(versionNegotiations),
      "weir.quic.offered_versions": listOf(
        this.offeredVersions.filter((offered) => !isReservedVersion(offered)).map(quicVersionName),
      ),
      "weir.quic.zero_rtt_packets": earlyPackets === 0 ? undefined : String(earlyPackets),
      "weir.quic.zero_rtt_accepted":
        earlyPackets === 0 || this.acceptsEarlyData === undefined ? undefined : String(this.acceptsEarlyData),
      "weir.quic.error": closed === undefined ? undefined : closeName(closed),
      "weir.quic.error_code": closed === undefined ? undefined : String(closed.code),
      "weir.quic.closed_by": closed === undefined ? undefined : closed.byClient ? "client" : "server",
    };
    for (const side of ["client", "server"] as const)
      for (const name of SHOWN_PARAMETERS[side])
        all[`weir.quic.${side}.${name}`] = this[`${side}Parameters`].get(name)?.toString();
    const present: Record<string, string> = {};
    for (const [name, value] of Object.entries(all)) if (value !== undefined) present[name] = value;
    return present;
  }

  #tlsAttributes(): Record<string, string | undefined> {
    const { clientHello: client, serverHello: server } = this;
    return {
      "tls.client.server_name": client?.serverName,
      "weir.tls.offered_protocols": listOf(client?.alpn ?? []),
      "weir.dns.over": client?.alpn.includes("doq") === true ? "quic" : undefined,
      "tls.next_protocol": this.alpn,
      "tls.client.ja3": client && ja3(client),
      "weir.tls.ja4": client && ja4(client, "q"),
      "tls.cipher": server && cipherName(server.cipher),
      "tls.server.ja3s": server && ja3s(server),
      "tls.curve": server?.group === undefined ? undefined : groupName(server.group),
      "tls.resumed": server && String(server.extensions.includes(Extension.preSharedKey)),
      "weir.tls.hello_retry": this.helloRetried ? "true" : undefined,
    };
  }
}

function listOf(words: readonly string[]): string | undefined {
  return words.length === 0 ? undefined : words.join(",");
}
