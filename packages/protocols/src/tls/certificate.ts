import { decodeLatin1, decodeUtf8, formatIpv4, formatIpv6, toHex } from "@weir/base";

/** X.509 certificates (RFC 5280) in DER (X.690), as far as people ask for them: who, by whom, for which names, from when to when. */
export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  /** RFC 3339. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly serial: string;
}

const Tag = {
  integer: 0x02,
  oid: 0x06,
  sequence: 0x30,
  utcTime: 0x17,
  context0: 0xa0,
  context3: 0xa3,
  dnsName: 0x82,
  ipName: 0x87,
} as const;
const Oid = { commonName: "550403", organization: "55040a", subjectAltName: "551d11" } as const;

/** One DER element: its tag and its content. */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Parses a certificate; undefined where it is none. */
export function parseCertificate(der: Uint8Array): Certificate | undefined {
  const [outer] = elements(der);
  const [body] = outer?.tag === Tag.sequence ? elements(outer.content) : [];
  if (body?.tag !== Tag.sequence) return undefined;
  const parts = elements(body.content);
  const fields = parts[0]?.tag === Tag.context0 ? parts.slice(1) : parts;
  const [serial, , issuer, validity, subject] = fields;
  if (serial === undefined || issuer === undefined || validity === undefined || subject === undefined) return undefined;
  const [from, to] = elements(validity.content).map(parseTime);
  if (from === undefined || to === undefined) return undefined;
  const extensions = fields.find(({ tag }) => tag === Tag.context3);
  return {
    subject: nameText(subject.content),
    issuer: nameText(issuer.content),
    names: extensions === undefined ? [] : alternativeNames(extensions.content),
    notBefore: from,
    notAfter: to,
    serial: toHex(serial.content),
  };
}

/** The elements that stand one after the other in `bytes`; ends at what is malformed. */
function elements(bytes: Uint8Array): Element[] {
  const found: Element[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && found.length < 1000) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    let contentAt = at + 2;
    if (length >= 0x80) {
      const lengthBytes = length & 0x7f;
      if (lengthBytes === 0 || lengthBytes > 3) return found;
      length = 0;
      for (let index = 0; index < lengthBytes; index += 1) length = length * 256 + (bytes[contentAt + index] ?? 0);
      contentAt += lengthBytes;
    }
    if (contentAt + length > bytes.length) return found;
    found.push({ tag, content: bytes.subarray(contentAt, contentAt + length) });
    at = contentAt + length;
  }
  return found;
}

/** The common name, or the organisation where there is none. */
function nameText(name: Uint8Array): string {
  const values = new Map<string, string>();
  for (const set of elements(name)) {
    const [pair] = elements(set.content);
    const [oid, value] = pair === undefined ? [] : elements(pair.content);
    if (oid !== undefined && value !== undefined) values.set(toHex(oid.content), decodeUtf8(value.content));
  }
  return values.get(Oid.commonName) ?? values.get(Oid.organization) ?? [...values.values()].join(", ");
}

function alternativeNames(extensions: Uint8Array): string[] {
  const [list] = elements(extensions);
  for (const extension of list === undefined ? [] : elements(list.content)) {
    const parts = elements(extension.content);
    if (parts[0]?.tag !== Tag.oid || toHex(parts[0].content) !== Oid.subjectAltName) continue;
    const [names] = elements(parts.at(-1)?.content ?? new Uint8Array(0));
    return names === undefined ? [] : elements(names.content).flatMap(alternativeName);
  }
  return [];
}

function alternativeName({ tag, content }: Element): string[] {
  if (tag === Tag.dnsName) return [decodeLatin1(content)];
  if (tag !== Tag.ipName) return [];
  return content.length === 4 ? [formatIpv4(content)] : content.length === 16 ? [formatIpv6(content)] : [];
}

/** UTCTime has two digits of the year, of which those from 50 on belong to the last century (RFC 5280 §4.1.2.5.1). */
function parseTime({ tag, content }: Element): string | undefined {
  const text = decodeLatin1(content);
  const full = tag === Tag.utcTime ? `${Number(text.slice(0, 2)) >= 50 ? "19" : "20"}${text}` : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z?/.exec(full);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = "00"] = match;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}
