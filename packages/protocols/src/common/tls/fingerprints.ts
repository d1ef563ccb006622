import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8, toHex } from "@weir/base";
import { isGrease } from "./cipher-suites.ts";
import { Extension } from "./extensions.ts";
import { type ClientHello, newestVersion, type ServerHello } from "./hello.ts";

/** JA3 (Salesforce, 2017): MD5 over what a client offers, in its own order. GREASE left out. */
export function ja3({ legacyVersion, ciphers, extensions, groups, pointFormats }: ClientHello): string {
  const lists = [ciphers, extensions, groups].map((list) => list.filter((value) => !isGrease(value)).join("-"));
  return toHex(md5(encodeUtf8([legacyVersion, ...lists, pointFormats.join("-")].join(","))));
}

/** JA3S: the same of what a server chose. */
export function ja3s({ legacyVersion, cipher, extensions }: ServerHello): string {
  const known = extensions.filter((value) => !isGrease(value));
  return toHex(md5(encodeUtf8([legacyVersion, cipher, known.join("-")].join(","))));
}

/** JA4's words for versions. */
const JA4_VERSIONS: Readonly<Record<number, string>> = {
  2: "s2",
  768: "s3",
  769: "10",
  770: "11",
  771: "12",
  772: "13",
  65279: "d1",
  65277: "d2",
  65276: "d3",
};
/** JA4 writes counts in two digits. */
const MAX_JA4_COUNT = 99;
const JA4_HASH_DIGITS = 12;
const NOTHING = "0".repeat(JA4_HASH_DIGITS);

/**
 * JA4 of a client (FoxIO, BSD 3-Clause): what it offers, sorted, so that shuffled extensions do not matter. Of the JA4+ family only this one is free.
 * `transport`: t for TCP, q for QUIC, d for DTLS.
 */
export function ja4(hello: ClientHello, transport: "t" | "q" | "d"): string {
  const known = (list: readonly number[]) => list.filter((value) => !isGrease(value));
  const ciphers = known(hello.ciphers);
  const extensions = known(hello.extensions);
  const version = JA4_VERSIONS[newestVersion(hello, transport === "d" ? "dtls" : "tls")] ?? "00";
  const name = extensions.includes(Extension.serverName) ? "d" : "i";
  const head = `${transport}${version}${name}${twoDigits(ciphers.length)}${twoDigits(extensions.length)}`;
  const hashed = extensions.filter((type) => type !== Extension.serverName && type !== Extension.alpn);
  const schemes = known(hello.signatureSchemes).map(fourDigits);
  const last = [sorted(hashed), ...(schemes.length === 0 ? [] : [schemes.join(",")])].join("_");
  return `${head}${alpnEnds(hello.alpn[0])}_${digest(sorted(ciphers), ciphers)}_${digest(last, hashed)}`;
}

function digest(text: string, about: readonly number[]): string {
  return about.length === 0 ? NOTHING : toHex(sha256(encodeUtf8(text))).slice(0, JA4_HASH_DIGITS);
}

function sorted(values: readonly number[]): string {
  return values.map(fourDigits).sort().join(",");
}

/** First and last character of the first application protocol; of its hexadecimal form where one of them is no letter or digit. */
function alpnEnds(alpn: string | undefined): string {
  if (alpn === undefined || alpn === "") return "00";
  const text = /^[0-9A-Za-z](?:.*[0-9A-Za-z])?$/s.test(alpn)
    ? alpn
    : toHex(Uint8Array.from(alpn, (letter) => letter.charCodeAt(0)));
  return `${text.at(0)}${text.at(-1)}`;
}

function twoDigits(count: number): string {
  return String(Math.min(count, MAX_JA4_COUNT)).padStart(2, "0");
}

function fourDigits(value: number): string {
  return value.toString(16).padStart(4, "0");
}
