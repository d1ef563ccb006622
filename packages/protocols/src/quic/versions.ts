/** Types of packets with a long header (RFC 9000 §17.2). */
export type LongType = "initial" | "zeroRtt" | "handshake" | "retry";

/** What of packet protection and headers differs between versions. */
export interface QuicVersion {
  /** As people write it: `1`, `2`, `draft-29`. */
  readonly name: string;
  /** RFC 9001 §5.2: what the Initial secret is made with. */
  readonly salt: Uint8Array;
  /** Before the labels of keys (RFC 9001 §5.1, RFC 9369 §3.3.2). */
  readonly prefix: "quic " | "quicv2 ";
  /** Types by the two bits of the first byte that tell them. */
  readonly types: readonly [LongType, LongType, LongType, LongType];
  /** Google's own handshake instead of TLS, in Google's own frames. */
  readonly isGoogle: boolean;
}

const TYPES = ["initial", "zeroRtt", "handshake", "retry"] as const;
/** RFC 9369 §3.2. */
const TYPES_V2 = ["retry", "initial", "zeroRtt", "handshake"] as const;

/** Salts by the documents that define them. */
const SALTS = {
  draft22: "7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a",
  draft23: "c3eef712c72ebb5a11a7d2432bb46365bef9f502",
  draft29: "afbfec289993d24c9e9786f19c6111e04390a899",
  v1: "38762cf7f55934b34d179ae6a4c80cadccbb7f0a",
  v2Draft: "a707c203a59b47184a1d62ca570406ea7ae3e5d3",
  v2: "0dede3def700a6db819381be6e269dcbf9bd2ed9",
  q050: "504574efd066fe2f9d945cfcdbd3a7f0d3b56b45",
  t050: "7ff579e5acd072915580304c43a2367c60488310",
  t051: "7a4edef4e7ccee5fa4506c19124fc8ccda6e033d",
} as const;

/** Numbers of drafts begin so (RFC 9000 §15). */
const DRAFT = 0xff000000;
const FIRST_DRAFT = 22;
const LAST_DRAFT = 34;

const VERSIONS: ReadonlyMap<number, QuicVersion> = new Map([
  [0x00000001, version("1", "v1")],
  [0x6b3343cf, { ...version("2", "v2"), prefix: "quicv2 ", types: TYPES_V2 }],
  [0x709a50c4, { ...version("2-draft", "v2Draft"), prefix: "quicv2 ", types: TYPES_V2 }],
  // Meta's own numbers for drafts.
  [0xfaceb001, version("mvfst-22", "draft22")],
  [0xfaceb002, version("mvfst-27", "draft23")],
  [0xfaceb00e, version("mvfst-exp", "draft23")],
  // Google's: Q with its own handshake, T with TLS.
  [0x51303530, { ...version("Q050", "q050"), isGoogle: true }],
  [0x54303530, version("T050", "t050")],
  [0x54303531, version("T051", "t051")],
  ...drafts(),
]);

/** The version with this number; undefined where it is not known. */
export function versionOf(number: number): QuicVersion | undefined {
  return VERSIONS.get(number);
}

/** `1`, `draft-29`; the number for anything else, Google's versions as the four letters that they are. */
export function quicVersionName(number: number): string {
  const known = VERSIONS.get(number);
  if (known !== undefined) return known.name;
  const letters = String.fromCharCode(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff);
  return /^[QT]0\d\d$/.test(letters) ? letters : `0x${number.toString(16).padStart(8, "0")}`;
}

/** RFC 9000 §15: versions that only see whether anybody chokes on them. */
export function isReservedVersion(number: number): boolean {
  return (number & 0x0f0f0f0f) === 0x0a0a0a0a;
}

function version(name: string, salt: keyof typeof SALTS): QuicVersion {
  const bytes = Uint8Array.from(SALTS[salt].match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return { name, salt: bytes, prefix: "quic ", types: TYPES, isGoogle: false };
}

function drafts(): [number, QuicVersion][] {
  return Array.from({ length: LAST_DRAFT - FIRST_DRAFT + 1 }, (_, index) => {
    const draft = FIRST_DRAFT + index;
    const salt = draft < 23 ? "draft22" : draft < 29 ? "draft23" : draft < 33 ? "draft29" : "v1";
    return [DRAFT + draft, version(`draft-${draft}`, salt)];
  });
}
