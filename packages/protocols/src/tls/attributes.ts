import { type UnixNs, unixNsAt } from "@weir/base";
import { Direction } from "@weir/model";
import { cipherName, codePoint, isGrease } from "../common/tls/cipher-suites.ts";
import { Extension } from "../common/tls/extensions.ts";
import { ja3, ja3s, ja4 } from "../common/tls/fingerprints.ts";
import { type ClientHello, isTls13, newestVersion, offeredVersions, type ServerHello } from "../common/tls/hello.ts";
import { groupName, signatureSchemeName, versionName } from "../common/tls/names.ts";
import type { SessionContext } from "../contract.ts";
import type { Certificate } from "./certificate.ts";
import { certificateFaults } from "./certificate-faults.ts";
import type { Handshake } from "./handshake.ts";
import { SSL2 } from "./wire.ts";

/** Port of DNS over TLS and over DTLS. */
const DNS_PORT = 853;

/** What a handshake's attributes need to know of its surroundings. */
export type About = Pick<SessionContext, "startUnixNs" | "serverPort">;

/** Notes an attribute, unless there is nothing to note. */
type Note = (name: string, value: string | undefined) => void;

/** The attributes of a handshake's call, by the names that `record.ts` declares. */
export function attributesOf(
  handshake: Handshake,
  isEstablished: boolean,
  { startUnixNs, serverPort }: About,
): Record<string, string> {
  const attributes: Record<string, string> = {};
  const note: Note = (name, value) => {
    if (value !== undefined && value !== "") attributes[name] = value;
  };
  const { clientHello: client, serverHello: server, resumption } = handshake;
  noteVersion(note, handshake);
  if (client !== undefined) noteOffer(note, client, handshake);
  if (client !== undefined) noteDns(note, client, serverPort);
  if (server !== undefined) noteChoice(note, server, handshake);
  noteCertificates(note, handshake, startUnixNs);
  noteAlert(note, handshake);
  note("weir.tls.hello_retry", yes(handshake.isRetried || handshake.isVerified));
  note("weir.tls.early_data", handshake.earlyData);
  note("weir.tls.renegotiation", yes(handshake.isRenegotiation));
  note("weir.tls.decrypted", yes(handshake.isDecrypted));
  note("weir.tls.resumption", resumption);
  note("tls.resumed", String(resumption !== undefined));
  note("tls.established", String(isEstablished));
  handshake.timeline.noteSteps((name, stepNs) => note(name, String(stepNs)));
  return attributes;
}

function noteVersion(note: Note, { clientHello: client, serverHello: server, layer }: Handshake): void {
  const version = server?.version ?? (client === undefined ? undefined : newestVersion(client, layer));
  if (version === undefined) return;
  note("tls.protocol.name", layer === "dtls" ? layer : version < 0x0301 ? "ssl" : "tls");
  note("tls.protocol.version", versionName(version));
}

function noteOffer(note: Note, client: ClientHello, { isSsl2Hello, layer }: Handshake): void {
  const { ciphers, extensions, groups, versions } = client;
  note("tls.client.server_name", client.serverName);
  note("weir.tls.offered_protocols", client.alpn.filter(isPrintable).join(","));
  note("weir.tls.offered_versions", namesOf(offeredVersions(client), versionName));
  note("weir.tls.offered_groups", namesOf(groups, groupName));
  note("weir.tls.key_shares", namesOf(client.keyShares, groupName));
  note("weir.tls.ech", yes(extensions.includes(Extension.encryptedClientHello)));
  note("weir.tls.grease", yes([ciphers, extensions, groups, versions].some((list) => list.some(isGrease))));
  if (isSsl2Hello) return;
  note("tls.client.ja3", ja3(client));
  note("weir.tls.ja4", ja4(client, layer === "dtls" ? "d" : "t"));
}

/** DNS over TLS: many clients offer it by ALPN (IANA's `dot`); of others only the port tells, which is given to nothing else (RFC 7858 §3.1, RFC 8094 §3). */
function noteDns(note: Note, { alpn }: ClientHello, serverPort: number): void {
  const evidence = alpn.includes("dot") ? "alpn" : alpn.length === 0 && serverPort === DNS_PORT ? "port" : undefined;
  note("weir.dns.over", evidence && "tls");
  note("weir.dns.over_evidence", evidence);
}

function noteChoice(note: Note, server: ServerHello, { encryptedAlpn, group, signatureScheme }: Handshake): void {
  const key = server.group ?? group;
  note("tls.cipher", cipherName(server.cipher));
  note("weir.tls.cipher_id", codePoint(server.cipher));
  if (key !== undefined) note("tls.curve", groupName(key));
  if (signatureScheme !== undefined) note("weir.tls.signature_scheme", signatureSchemeName(signatureScheme));
  note("tls.next_protocol", isTls13(server.version) ? encryptedAlpn : server.alpn);
  if (server.version !== SSL2) note("tls.server.ja3s", ja3s(server));
}

function noteCertificates(note: Note, handshake: Handshake, startUnixNs: UnixNs | undefined): void {
  const { serverChain, clientChain, asksForCertificate, clientHello, timeline } = handshake;
  const [leaf] = serverChain;
  if (leaf !== undefined) {
    const sentAt = timeline.part(Direction.toClient).last;
    const at = startUnixNs === undefined || sentAt === undefined ? undefined : unixNsAt(startUnixNs, sentAt.atNs);
    noteCertificate(note, leaf, serverChain);
    note("weir.tls.certificate_faults", certificateFaults(serverChain, clientHello?.serverName, at).join(","));
  }
  const [clientLeaf] = clientChain;
  if (clientLeaf === undefined) {
    note("weir.tls.client_certificate", asksForCertificate ? "requested" : undefined);
    return;
  }
  note("weir.tls.client_certificate", "sent");
  note("tls.client.subject", clientLeaf.subject);
  note("tls.client.issuer", clientLeaf.issuer);
  note("tls.client.not_before", clientLeaf.notBefore);
  note("tls.client.not_after", clientLeaf.notAfter);
  note("weir.tls.client_certificate_names", clientLeaf.names.join(","));
  note("weir.tls.client_certificate_serials", clientChain.map(({ serial }) => serial).join(","));
}

function noteCertificate(note: Note, leaf: Certificate, chain: readonly Certificate[]): void {
  note("tls.server.subject", leaf.subject);
  note("tls.server.issuer", leaf.issuer);
  note("tls.server.not_before", leaf.notBefore);
  note("tls.server.not_after", leaf.notAfter);
  note("tls.server.hash.sha256", leaf.fingerprint.toUpperCase());
  note("weir.tls.certificate_names", leaf.names.join(","));
  note("weir.tls.certificate_serials", chain.map(({ serial }) => serial).join(","));
  note("weir.tls.certificate_key", leaf.key);
  note("weir.tls.certificate_signature", leaf.signature);
}

function noteAlert(note: Note, { alert }: Handshake): void {
  if (alert === undefined) return;
  note("weir.tls.alert", alert.name);
  note("weir.tls.alert_level", alert.isFatal ? "fatal" : "warning");
  note("weir.tls.alert_from", alert.direction === Direction.toServer ? "client" : "server");
}

/** Names of code points, separated by commas, without those that mean nothing. */
function namesOf(values: readonly number[], name: (value: number) => string): string {
  return values
    .filter((value) => !isGrease(value))
    .map(name)
    .join(",");
}

/** GREASE names of protocols (RFC 8701 §3.1) are bytes that mean nothing. */
function isPrintable(name: string): boolean {
  return /^[\x20-\x7e]+$/.test(name);
}

function yes(isSo: boolean): "true" | undefined {
  return isSo ? "true" : undefined;
}
