/** Where an option's value lies. */
export interface Option {
  readonly code: number;
  /** Borrowed. */
  readonly value: Uint8Array;
}

/** Options that were found, and whether they end where they should. */
export interface Options {
  readonly found: readonly Option[];
  readonly isWhole: boolean;
}

/** Options in one message at most: more are not read. */
const MAX_OPTIONS = 256;
const PAD = 0;
const END = 255;

/** Options of DHCPv4 (RFC 2132 §2): a byte of code, a byte of length. */
export function optionsOfV4(bytes: Uint8Array): Options {
  const found: Option[] = [];
  for (let at = 0; at < bytes.length && found.length < MAX_OPTIONS; ) {
    const code = bytes[at] ?? END;
    if (code === END) return { found, isWhole: true };
    if (code === PAD) {
      at += 1;
      continue;
    }
    const valueAt = at + 2;
    const end = valueAt + (bytes[at + 1] ?? bytes.length);
    if (end > bytes.length) return { found, isWhole: false };
    found.push({ code, value: bytes.subarray(valueAt, end) });
    at = end;
  }
  return { found, isWhole: false };
}

/** Options of DHCPv6 (RFC 8415 §21.1): two bytes of code, two of length; they fill what they stand in. */
export function optionsOfV6(bytes: Uint8Array): Options {
  const found: Option[] = [];
  let at = 0;
  while (at + 4 <= bytes.length && found.length < MAX_OPTIONS) {
    const code = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    const end = at + 4 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
    if (end > bytes.length) break;
    found.push({ code, value: bytes.subarray(at + 4, end) });
    at = end;
  }
  return { found, isWhole: at === bytes.length };
}

/** The first value of an option. */
export function optionOf({ found }: Options, code: number): Uint8Array | undefined {
  return found.find((option) => option.code === code)?.value;
}

export function uint32Of(value: Uint8Array | undefined, at = 0): number | undefined {
  if (value === undefined || value.length < at + 4) return undefined;
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(at);
}
