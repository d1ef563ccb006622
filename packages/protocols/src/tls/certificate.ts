import { sha256 } from "@noble/hashes/sha2.js";
import { decodeLatin1, decodeUtf8, formatIpv4, formatIpv6, toHex } from "@weir/base";
import { type DerElement, derElements, Tag } from "./der.ts";
import { curveName, keyName, Oid, signatureName } from "./object-identifiers.ts";

/** X.509 certificates (RFC 5280) in DER (X.690), as far as people ask for them: who, by whom, for which names, from when to when. */
export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  /** Subject and issuer whole, for comparing. */
  readonly subjectKey: string;
  readonly issuerKey: string;
  /** DNS names and addresses that it is for (subjectAltName). */
  readonly names: readonly string[];
  /** RFC 3339. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly serial: string;
  /** `RSA 2048`, `EC secp256r1`. */
  readonly key: string;
  /** Bits of an RSA key. */
  readonly rsaBits: number | undefined;
  readonly signature: string;
  /** SHA-256 of the whole certificate. */
  readonly fingerprint: string;
}

/** Parses a certificate; undefined where it is none. */
export function parseCertificate(der: Uint8Array): Certificate | undefined {
  const [outer] = derElements(der);
  const [body] = outer?.tag === Tag.sequence ? derElements(outer.content) : [];
  if (body?.tag !== Tag.sequence) return undefined;
  const parts = derElements(body.content);
  const fields = parts[0]?.tag === Tag.context0 ? parts.slice(1) : parts;
  const [serial, algorithm, issuer, validity, subject, keyInfo] = fields;
  if (serial === undefined || issuer === undefined || validity === undefined || subject === undefined) return undefined;
  const [from, to] = derElements(validity.content).map(parseTime);
  if (from === undefined || to === undefined) return undefined;
  const extensions = fields.find(({ tag }) => tag === Tag.context3);
  const key = keyOf(keyInfo);
  return {
    subject: nameText(subject.content),
    issuer: nameText(issuer.content),
    subjectKey: toHex(subject.content),
    issuerKey: toHex(issuer.content),
    names: extensions === undefined ? [] : alternativeNames(extensions.content),
    notBefore: from,
    notAfter: to,
    serial: toHex(serial.content),
    ...key,
    signature: signatureName(oidOf(algorithm)),
    fingerprint: toHex(sha256(der)),
  };
}

/** The common name, or the organisation where there is none. */
function nameText(name: Uint8Array): string {
  const values = new Map<string, string>();
  for (const set of derElements(name)) {
    const [pair] = derElements(set.content);
    const [oid, value] = pair === undefined ? [] : derElements(pair.content);
    if (oid !== undefined && value !== undefined) values.set(toHex(oid.content), stringText(value));
  }
  return values.get(Oid.commonName) ?? values.get(Oid.organization) ?? [...values.values()].join(", ");
}

/** BMPString is UTF-16; the others are ASCII, Latin-1 or UTF-8. */
function stringText({ tag, content }: DerElement): string {
  if (tag !== Tag.bmpString) return decodeUtf8(content);
  let text = "";
  for (let at = 0; at + 1 < content.length; at += 2)
    text += String.fromCharCode(((content[at] ?? 0) << 8) | (content[at + 1] ?? 0));
  return text;
}

function oidOf(algorithm: DerElement | undefined): string {
  const [oid] = algorithm === undefined ? [] : derElements(algorithm.content);
  return oid?.tag === Tag.oid ? toHex(oid.content) : "";
}

/** SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): the kind of key, with its size or curve. */
function keyOf(keyInfo: DerElement | undefined): Pick<Certificate, "key" | "rsaBits"> {
  const [algorithm, bits] = keyInfo === undefined ? [] : derElements(keyInfo.content);
  const kind = keyName(oidOf(algorithm));
  if (kind === "EC") {
    const [, curve] = algorithm === undefined ? [] : derElements(algorithm.content);
    return { key: `EC ${curve?.tag === Tag.oid ? curveName(toHex(curve.content)) : "unnamed"}`, rsaBits: undefined };
  }
  if (!kind.startsWith("RSA") || bits === undefined) return { key: kind, rsaBits: undefined };
  // A bit string begins with the number of bits that are left over; the modulus with a zero where its highest bit is set.
  const [numbers] = derElements(bits.content.subarray(1));
  const [modulus] = numbers === undefined ? [] : derElements(numbers.content);
  const modulusBytes = modulus?.content[0] === 0 ? modulus.content.subarray(1) : (modulus?.content ?? bits.content);
  const rsaBits = modulusBytes.length * 8 - Math.max(0, Math.clz32(modulusBytes[0] ?? 0) - 24);
  return { key: `${kind} ${rsaBits}`, rsaBits };
}

function alternativeNames(extensions: Uint8Array): string[] {
  const [list] = derElements(extensions);
  for (const extension of list === undefined ? [] : derElements(list.content)) {
    const parts = derElements(extension.content);
    if (parts[0]?.tag !== Tag.oid || toHex(parts[0].content) !== Oid.subjectAltName) continue;
    const [names] = derElements(parts.at(-1)?.content ?? new Uint8Array(0));
    return names === undefined ? [] : derElements(names.content).flatMap(alternativeName);
  }
  return [];
}

function alternativeName({ tag, content }: DerElement): string[] {
  if (tag === Tag.dnsName) return [decodeLatin1(content)];
  if (tag !== Tag.ipName) return [];
  return content.length === 4 ? [formatIpv4(content)] : content.length === 16 ? [formatIpv6(content)] : [];
}

/** UTCTime has two digits of the year, of which those from 50 on belong to the last century (RFC 5280 §4.1.2.5.1). */
function parseTime({ tag, content }: DerElement): string | undefined {
  const text = decodeLatin1(content);
  const full = tag === Tag.utcTime ? `${Number(text.slice(0, 2)) >= 50 ? "19" : "20"}${text}` : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z?/.exec(full);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = "00"] = match;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}
