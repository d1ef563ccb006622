import { decodeLatin1 } from "@weir/base";
import type { CallStatus } from "@weir/model";
import type { Line } from "../common/dialogue/line-reader.ts";
import type { Reply } from "../common/dialogue/reply.ts";
import type { Asked, Dialogue } from "../common/dialogue/session.ts";

/** Commands of RFC 959, 2228, 2389, 2428, 3659 and the experimental ones of RFC 775. */
export const COMMANDS: ReadonlySet<string> = new Set(
  (
    "USER PASS ACCT CWD CDUP SMNT QUIT REIN PORT PASV TYPE STRU MODE RETR STOR STOU APPE ALLO REST RNFR RNTO ABOR DELE RMD MKD PWD LIST NLST SITE SYST " +
    "STAT HELP NOOP AUTH ADAT PROT PBSZ MIC CONF ENC CCC FEAT OPTS EPRT EPSV LANG MDTM MLSD MLST SIZE XCWD XCUP XMKD XPWD XRMD MFMT HOST CLNT"
  ).split(" "),
);
/** Commands whose arguments are paths. */
const WITH_PATH: ReadonlySet<string> = new Set(
  "CWD RETR STOR STOU APPE RNFR RNTO DELE RMD MKD LIST NLST MDTM MLSD MLST SIZE STAT XCWD XMKD XRMD".split(" "),
);
/** Commands whose arguments are secrets. */
const SECRET: ReadonlySet<string> = new Set(["PASS", "ACCT", "ADAT", "MIC", "CONF", "ENC"]);
const MAX_ARGUMENT = 512;
const MAX_VERB = 16;

/** FTP's commands and replies on the control connection. */
export class FtpDialogue implements Dialogue {
  readonly prefix = "weir.ftp";

  command({ bytes, length, first, last }: Line, pending: readonly Asked[]): Asked | undefined {
    // Telnet's interrupt and synch may stand before ABOR (RFC 959 §4.1.3).
    const text = decodeLatin1(bytes).replace(/^[\xf2-\xff]+/, "");
    const [, word, rest = ""] = /^([A-Za-z]{3,512})(?: (.*))?$/s.exec(text) ?? [];
    const verb = word?.toUpperCase().slice(0, MAX_VERB);
    // A word that no server knows is answered all the same; but where an answer is due already, it is no command.
    if (verb === undefined || (!COMMANDS.has(verb) && pending.length > 0)) return undefined;
    const argument = rest.trim().slice(0, MAX_ARGUMENT);
    const attributes: Record<string, string> = {};
    if (verb === "USER") attributes["user.name"] = argument;
    if (verb === "PORT" || verb === "EPRT") attributes["weir.ftp.data_address"] = argument;
    const shown = SECRET.has(verb) || !COMMANDS.has(verb) ? "***" : argument;
    const target = WITH_PATH.has(verb) ? argument : "";
    return {
      operation: verb,
      target,
      first,
      last,
      bytes: length,
      text: `${verb} ${shown}`.trim(),
      attributes,
      intermediate: [],
    };
  }

  /** 1yz announces another reply (RFC 959 §4.2). */
  reply({ code, text }: Reply, asked: Asked | undefined): "final" | "intermediate" | "over" {
    if (code >= 100 && code < 200 && asked !== undefined) return "intermediate";
    const address =
      asked !== undefined && (code === 227 || code === 229) ? /\(([^)]{3,64})\)/.exec(text)?.[1] : undefined;
    if (address !== undefined && asked !== undefined) asked.attributes["weir.ftp.data_address"] = address;
    return asked?.operation === "AUTH" && code === 234 ? "over" : "final";
  }

  /** 4yz and what lies with the server's disk or data connection are the server's; the rest of 5yz the client's. */
  statusOf(code: number, asked: Asked | undefined): CallStatus {
    if (code < 400) return "ok";
    return code >= 500 && code !== 551 && code !== 552 && asked !== undefined ? "clientError" : "serverError";
  }
}
