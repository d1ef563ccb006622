import { TdsReader, uint16 } from "./wire.ts";

/** What both sides say in PRELOGIN (MS-TDS §2.2.6.5). */
export interface Prelogin {
  /** Of the server, or of the client's library. */
  readonly version: string;
  readonly encryption: string;
}

const ENCRYPTIONS: Readonly<Record<number, string>> = { 0: "off", 1: "on", 2: "notSupported", 3: "required" };
const Option = { version: 0, encryption: 1, end: 0xff } as const;
const MAX_OPTIONS = 16;

/** Reads the options of PRELOGIN; undefined where they do not fit. */
export function parsePrelogin(body: Uint8Array): Prelogin | undefined {
  let version = "";
  let encryption = "";
  for (let option = 0; option < MAX_OPTIONS; option += 1) {
    const at = 5 * option;
    const token = body[at];
    if (token === Option.end) return version === "" ? undefined : { version, encryption };
    const offset = uint16(body, at + 1);
    const length = uint16(body, at + 3);
    if (token === undefined || offset + length > body.length) return undefined;
    if (token === Option.version && length === 6)
      version = `${body[offset]}.${body[offset + 1]}.${uint16(body, offset + 2)}`;
    if (token === Option.encryption && length === 1) encryption = ENCRYPTIONS[body[offset] ?? 0] ?? "";
  }
  return undefined;
}

/** Who logs in (MS-TDS §2.2.6.4). The password is passed over. */
export interface Login {
  readonly tdsVersion: number;
  readonly user: string;
  readonly application: string;
  readonly library: string;
  readonly database: string;
}

/** Places of the offsets and lengths of LOGIN7's texts. */
const Place = { user: 40, application: 48, library: 60, database: 68 } as const;
const MAX_TEXT_CHARS = 256;

/** Reads LOGIN7; undefined where it is none. */
export function parseLogin(body: Uint8Array): Login | undefined {
  const reader = new TdsReader(body);
  const length = reader.int(4);
  const tdsVersion = reader.int(4);
  if (reader.failed || length < 72 || tdsVersion < 0x7000_0000 || tdsVersion >= 0x7500_0000) return undefined;
  const textAt = (place: number) => {
    const pointer = new TdsReader(body, place);
    const offset = pointer.int(2);
    const characters = pointer.int(2);
    return new TdsReader(body, offset).text(Math.min(characters, MAX_TEXT_CHARS));
  };
  return {
    tdsVersion,
    user: textAt(Place.user),
    application: textAt(Place.application),
    library: textAt(Place.library),
    database: textAt(Place.database),
  };
}
