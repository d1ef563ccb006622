import { decodeLatin1 } from "@weir/base";
import { beginsLikeCommand, beginsLikeReplies, isLetter, isReplyDigit } from "../common/dialogue/probing.ts";
import { DialogueSession, MAX_PENDING } from "../common/dialogue/session.ts";
import type { Dissector, ProbeVerdict } from "../contract.ts";
import { COMMANDS, FtpDialogue } from "./dialogue.ts";
import { ftpRecord } from "./record.ts";

const LOOKED_AT_BYTES = 1024;
/** What a client says that clients of POP3 and IRC, which know USER too, do not. */
const CLIENT_START =
  /^(?:(?:USER|PASS) [^\r\n]*\r?\n)*(?:AUTH (?:TLS|SSL|GSSAPI)|FEAT|SYST|PASV|EPSV|TYPE [AI]|PBSZ \d+|OPTS |PWD|CWD|PORT )\b/i;
/** A greeting that names the protocol, or one that is followed by an answer only FTP gives: a name needs a password, a login, a system's name. */
const SERVER_START =
  /^220[ -](?:[^\n]*\n(?:220[ -]| ))*[^\n]*\bFTP|^220[ -][^\n]*\n(?:220[ -][^\n]*\n|[^\d][^\n]*\n)*(?:331|230|234|211|215|530|500|502)[ -]/i;
/** Lines of a client that are looked at. */
const MAX_LINES = 6;

/** FTP's control connection. */
export const ftp: Dissector<(typeof ftpRecord)["id"]> = {
  id: ftpRecord.id,
  transports: ["tcp"],
  ports: [21, 2121],
  specs: ["RFC 959", "RFC 2228", "RFC 2389", "RFC 2428", "RFC 3659", "RFC 4217"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 16 << 10, bodyBytes: 2_100 },
  probe(_direction, bytes) {
    const byte = bytes[0] ?? 0;
    if (!isReplyDigit(byte) && !isLetter(byte)) return "noMatch";
    const start = decodeLatin1(bytes, 0, Math.min(bytes.length, LOOKED_AT_BYTES));
    return isReplyDigit(byte) ? probeServer(start) : probeClient(start);
  },
  asks: (bytes) => !isReplyDigit(bytes[0] ?? 0),
  open: (context) => new DialogueSession(context, () => new FtpDialogue()),
};

function probeServer(start: string): ProbeVerdict {
  if (SERVER_START.test(start)) return "match";
  // What replies do not tell, the client's commands do.
  return start.length < LOOKED_AT_BYTES && beginsLikeReplies(start) ? "needMore" : "noMatch";
}

function probeClient(start: string): ProbeVerdict {
  if (CLIENT_START.test(start)) return start.includes("\n") ? "match" : "needMore";
  // Other protocols know USER, PASS and STAT as well: the next commands tell, or the server.
  const isShort = start.length < LOOKED_AT_BYTES && start.split("\n").length <= MAX_LINES;
  return isShort && beginsLikeCommand(start, COMMANDS) ? "needMore" : "noMatch";
}
