/** Bytes of the header of versions 2 and 3 (MS-SMB2 §2.2.1), and of version 1 (MS-CIFS §2.2.3.1). */
export const HEADER2_BYTES = 64;
export const HEADER1_BYTES = 32;
const Flag2 = { response: 1, async: 2, related: 4, signed: 8 } as const;
const REPLY1 = 0x80;
const Flag1 = { ntStatus: 0x4000, unicode: 0x8000 } as const;
/** Who notifies has no message that it answers: all ones. */
export const UNSOLICITED = -1;

/** Header of a command of versions 2 and 3. */
export interface Header2 {
  readonly command: number;
  readonly isResponse: boolean;
  /** It goes on with what the command before it was about. */
  readonly isRelated: boolean;
  readonly isSigned: boolean;
  readonly status: number;
  /** Of the connection; `UNSOLICITED` for none. */
  readonly messageId: number;
  readonly treeKey: string;
  /** Offset of the next command; 0 behind the last. */
  readonly nextAt: number;
}

/** Header of a message of version 1. */
export interface Header1 {
  readonly command: number;
  readonly isResponse: boolean;
  /** An NT status; undefined where the error is one of DOS. */
  readonly ntStatus: number | undefined;
  readonly dosError: { readonly errorClass: number; readonly code: number } | undefined;
  readonly isUnicode: boolean;
  /** Process and multiplex id: what pairs. */
  readonly key: string;
  readonly treeKey: string;
}

/** Reads a header; undefined where it is cut off, or of another shape. */
export function parseHeader2(bytes: Uint8Array): Header2 | undefined {
  if (bytes.length < HEADER2_BYTES) return undefined;
  const view = viewOf(bytes);
  if (view.getUint16(4, true) !== HEADER2_BYTES) return undefined;
  const flags = view.getUint32(16, true);
  const low = view.getUint32(24, true);
  const high = view.getUint32(28, true);
  const isAsync = (flags & Flag2.async) !== 0;
  const session = `${view.getUint32(44, true)}.${view.getUint32(40, true)}`;
  return {
    command: view.getUint16(12, true),
    isResponse: (flags & Flag2.response) !== 0,
    isRelated: (flags & Flag2.related) !== 0,
    isSigned: (flags & Flag2.signed) !== 0,
    status: view.getUint32(8, true),
    messageId: low === 0xffff_ffff && high === 0xffff_ffff ? UNSOLICITED : high * 2 ** 32 + low,
    // What is answered later has another id in the tree's place.
    treeKey: isAsync ? "" : `${session} ${view.getUint32(36, true)}`,
    nextAt: view.getUint32(20, true),
  };
}

/** Reads a header of version 1; undefined where it is cut off. */
export function parseHeader1(bytes: Uint8Array): Header1 | undefined {
  if (bytes.length < HEADER1_BYTES) return undefined;
  const view = viewOf(bytes);
  const flags2 = view.getUint16(10, true);
  const hasNtStatus = (flags2 & Flag1.ntStatus) !== 0;
  return {
    command: view.getUint8(4),
    isResponse: (view.getUint8(9) & REPLY1) !== 0,
    ntStatus: hasNtStatus ? view.getUint32(5, true) : undefined,
    dosError: hasNtStatus ? undefined : { errorClass: view.getUint8(5), code: view.getUint16(7, true) },
    isUnicode: (flags2 & Flag1.unicode) !== 0,
    key: `${view.getUint16(26, true)} ${view.getUint16(30, true)}`,
    treeKey: String(view.getUint16(24, true)),
  };
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
