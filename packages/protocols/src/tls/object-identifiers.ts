/** Object identifiers of certificates, by the hexadecimal of their DER content. */
export const Oid = { commonName: "550403", organization: "55040a", subjectAltName: "551d11" } as const;

/** Signature algorithms (RFC 3279, 4055, 5758, 8410), as OpenSSL writes them. */
const SIGNATURES: Readonly<Record<string, string>> = {
  "2a864886f70d010102": "md2WithRSAEncryption",
  "2a864886f70d010104": "md5WithRSAEncryption",
  "2a864886f70d010105": "sha1WithRSAEncryption",
  "2b0e03021d": "sha1WithRSAEncryption",
  "2a864886f70d01010a": "rsassaPss",
  "2a864886f70d01010b": "sha256WithRSAEncryption",
  "2a864886f70d01010c": "sha384WithRSAEncryption",
  "2a864886f70d01010d": "sha512WithRSAEncryption",
  "2a864886f70d01010e": "sha224WithRSAEncryption",
  "2a8648ce380403": "dsaWithSHA1",
  "608648016503040302": "dsaWithSHA256",
  "2a8648ce3d0401": "ecdsaWithSHA1",
  "2a8648ce3d040301": "ecdsaWithSHA224",
  "2a8648ce3d040302": "ecdsaWithSHA256",
  "2a8648ce3d040303": "ecdsaWithSHA384",
  "2a8648ce3d040304": "ecdsaWithSHA512",
  "2b6570": "ed25519",
  "2b6571": "ed448",
  "608648016503040311": "mldsa44",
  "608648016503040312": "mldsa65",
  "608648016503040313": "mldsa87",
};

/** Kinds of public keys. */
const KEYS: Readonly<Record<string, string>> = {
  "2a864886f70d010101": "RSA",
  "2a864886f70d01010a": "RSA-PSS",
  "2a8648ce380401": "DSA",
  "2a8648ce3d0201": "EC",
  "2b656e": "X25519",
  "2b6570": "Ed25519",
  "2b6571": "Ed448",
  "608648016503040311": "ML-DSA-44",
  "608648016503040312": "ML-DSA-65",
  "608648016503040313": "ML-DSA-87",
};

/** Named curves of EC keys (RFC 5480). */
const CURVES: Readonly<Record<string, string>> = {
  "2a8648ce3d030101": "secp192r1",
  "2a8648ce3d030107": "secp256r1",
  "2b81040021": "secp224r1",
  "2b81040022": "secp384r1",
  "2b81040023": "secp521r1",
  "2b8104000a": "secp256k1",
};

/** Hashes under which forged certificates have been made, or could be. */
const WEAK = /^(?:md[25]|sha1)|SHA1$/;

export function signatureName(oid: string): string {
  return SIGNATURES[oid] ?? oid;
}

export function keyName(oid: string): string {
  return KEYS[oid] ?? oid;
}

export function curveName(oid: string): string {
  return CURVES[oid] ?? oid;
}

/** True of signatures with MD2, MD5 or SHA-1. */
export function isWeakSignature(name: string): boolean {
  return WEAK.test(name);
}
