import { codePoint } from "./cipher-suites.ts";

/** IANA "TLS Alerts". */
const ALERTS: Readonly<Record<number, string>> = {
  0: "close_notify",
  10: "unexpected_message",
  20: "bad_record_mac",
  21: "decryption_failed",
  22: "record_overflow",
  30: "decompression_failure",
  40: "handshake_failure",
  41: "no_certificate",
  42: "bad_certificate",
  43: "unsupported_certificate",
  44: "certificate_revoked",
  45: "certificate_expired",
  46: "certificate_unknown",
  47: "illegal_parameter",
  48: "unknown_ca",
  49: "access_denied",
  50: "decode_error",
  51: "decrypt_error",
  60: "export_restriction",
  70: "protocol_version",
  71: "insufficient_security",
  80: "internal_error",
  86: "inappropriate_fallback",
  90: "user_canceled",
  100: "no_renegotiation",
  109: "missing_extension",
  110: "unsupported_extension",
  111: "certificate_unobtainable",
  112: "unrecognized_name",
  113: "bad_certificate_status_response",
  114: "bad_certificate_hash_value",
  115: "unknown_psk_identity",
  116: "certificate_required",
  117: "general_error",
  120: "no_application_protocol",
  121: "ech_required",
};

/** Versions as OpenTelemetry writes them; of DTLS, whose numbers count down, those of the TLS that they follow. */
const VERSIONS: Readonly<Record<number, string>> = {
  2: "2.0",
  768: "3.0",
  769: "1.0",
  770: "1.1",
  771: "1.2",
  772: "1.3",
  // What OpenSSL called DTLS before there was one.
  256: "1.0",
  65279: "1.0",
  65277: "1.2",
  65276: "1.3",
};

/** IANA "TLS Supported Groups". */
const GROUPS: Readonly<Record<number, string>> = {
  1: "sect163k1",
  2: "sect163r1",
  3: "sect163r2",
  4: "sect193r1",
  5: "sect193r2",
  6: "sect233k1",
  7: "sect233r1",
  8: "sect239k1",
  9: "sect283k1",
  10: "sect283r1",
  11: "sect409k1",
  12: "sect409r1",
  13: "sect571k1",
  14: "sect571r1",
  15: "secp160k1",
  16: "secp160r1",
  17: "secp160r2",
  18: "secp192k1",
  19: "secp192r1",
  20: "secp224k1",
  21: "secp224r1",
  22: "secp256k1",
  23: "secp256r1",
  24: "secp384r1",
  25: "secp521r1",
  26: "brainpoolP256r1",
  27: "brainpoolP384r1",
  28: "brainpoolP512r1",
  29: "x25519",
  30: "x448",
  31: "brainpoolP256r1tls13",
  32: "brainpoolP384r1tls13",
  33: "brainpoolP512r1tls13",
  41: "curveSM2",
  256: "ffdhe2048",
  257: "ffdhe3072",
  258: "ffdhe4096",
  259: "ffdhe6144",
  260: "ffdhe8192",
  512: "MLKEM512",
  513: "MLKEM768",
  514: "MLKEM1024",
  4587: "SecP256r1MLKEM768",
  4588: "X25519MLKEM768",
  4589: "SecP384r1MLKEM1024",
  25497: "X25519Kyber768Draft00",
  25498: "SecP256r1Kyber768Draft00",
};

/** IANA "TLS SignatureScheme". */
const SIGNATURE_SCHEMES: Readonly<Record<number, string>> = {
  257: "rsa_pkcs1_md5",
  513: "rsa_pkcs1_sha1",
  514: "dsa_sha1",
  515: "ecdsa_sha1",
  769: "rsa_pkcs1_sha224",
  770: "dsa_sha224",
  771: "ecdsa_sha224",
  1025: "rsa_pkcs1_sha256",
  1026: "dsa_sha256",
  1027: "ecdsa_secp256r1_sha256",
  1281: "rsa_pkcs1_sha384",
  1282: "dsa_sha384",
  1283: "ecdsa_secp384r1_sha384",
  1537: "rsa_pkcs1_sha512",
  1538: "dsa_sha512",
  1539: "ecdsa_secp521r1_sha512",
  1800: "sm2sig_sm3",
  2052: "rsa_pss_rsae_sha256",
  2053: "rsa_pss_rsae_sha384",
  2054: "rsa_pss_rsae_sha512",
  2055: "ed25519",
  2056: "ed448",
  2057: "rsa_pss_pss_sha256",
  2058: "rsa_pss_pss_sha384",
  2059: "rsa_pss_pss_sha512",
  2074: "ecdsa_brainpoolP256r1tls13_sha256",
  2075: "ecdsa_brainpoolP384r1tls13_sha384",
  2076: "ecdsa_brainpoolP512r1tls13_sha512",
  2308: "mldsa44",
  2309: "mldsa65",
  2310: "mldsa87",
};

/** `handshake_failure`; an unknown one as `alert 99`. */
export function alertName(alert: number): string {
  return ALERTS[alert] ?? `alert ${alert}`;
}

/** `1.3` for TLS 1.3, `3.0` for SSL 3.0, the number for anything else. */
export function versionName(version: number): string {
  // Drafts of TLS 1.3, and Facebook's.
  if (version >>> 8 === 0x7f || version >>> 8 === 0xfb) return "1.3";
  return VERSIONS[version] ?? codePoint(version);
}

/** `x25519`, `X25519MLKEM768`; the number for anything else. */
export function groupName(group: number): string {
  return GROUPS[group] ?? codePoint(group);
}

/** `rsa_pss_rsae_sha256`; the number for anything else. */
export function signatureSchemeName(scheme: number): string {
  return SIGNATURE_SCHEMES[scheme] ?? codePoint(scheme);
}
