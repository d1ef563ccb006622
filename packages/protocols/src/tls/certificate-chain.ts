import { ByteReader } from "../common/tls/byte-reader.ts";
import { type Certificate, parseCertificate } from "./certificate.ts";

/** Certificates of a chain that are read; real ones have two to four. */
const MAX_CERTIFICATES = 10;

/**
 * Reads the body of a Certificate message: up to TLS 1.2 a list of certificates (RFC 5246 §7.4.2), in TLS 1.3 with a context before the list and
 * extensions behind each (RFC 8446 §4.4.2).
 */
export function parseCertificateChain(body: Uint8Array, isTls13: boolean): readonly Certificate[] {
  const reader = new ByteReader(body);
  if (isTls13) reader.vector(1);
  const list = new ByteReader(reader.vector(3));
  const chain: Certificate[] = [];
  while (list.left > 0 && !list.failed && chain.length < MAX_CERTIFICATES) {
    const certificate = parseCertificate(list.vector(3));
    if (isTls13) list.vector(2);
    if (certificate !== undefined) chain.push(certificate);
  }
  return chain;
}
