import { decodeLatin1 } from "@weir/base";
import { beginsLikeCommand, beginsLikeReplies, isLetter, isReplyDigit } from "../common/dialogue/probing.ts";
import { DialogueSession, MAX_PENDING } from "../common/dialogue/session.ts";
import type { Dissector, ProbeVerdict } from "../contract.ts";
import { COMMANDS, SmtpDialogue } from "./dialogue.ts";
import { smtpRecord } from "./record.ts";

const LOOKED_AT_BYTES = 512;
/** Lines of a client that are looked at. */
const MAX_LINES = 6;
/** What a client opens with, or says where the beginning was not captured. */
const CLIENT_START = /^(?:(?:EHLO|HELO|LHLO)(?: |\r?\n)|MAIL FROM:\s?<|RCPT TO:\s?<)/i;
/** A greeting that names the protocol, or one that is followed by an answer only SMTP gives. */
const SERVER_START = /^220[ -][^\r\n]*(?:SMTP|\bLMTP|\bMail(?:er)? )|^220[ -][^\n]*\n(?:220[ -][^\n]*\n)*250[ -]/i;

/** SMTP and LMTP, submission too. */
export const smtp: Dissector<(typeof smtpRecord)["id"]> = {
  id: smtpRecord.id,
  transports: ["tcp"],
  ports: [25, 587, 2525, 24],
  specs: ["RFC 5321", "RFC 3030", "RFC 3207", "RFC 4954", "RFC 2033"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 16 << 10, bodyBytes: 2_100 },
  probe(_direction, bytes) {
    const byte = bytes[0] ?? 0;
    // A reply's digit, or the letter of a command.
    if (!isReplyDigit(byte) && !isLetter(byte)) return "noMatch";
    const start = decodeLatin1(bytes, 0, Math.min(bytes.length, LOOKED_AT_BYTES));
    return isReplyDigit(byte) ? probeServer(start) : probeClient(start);
  },
  asks: (bytes) => !isReplyDigit(bytes[0] ?? 0),
  open: (context) => new DialogueSession(context, (client) => new SmtpDialogue(client)),
};

function probeServer(start: string): ProbeVerdict {
  if (SERVER_START.test(start)) return "match";
  // What replies do not tell, the client's commands do.
  return start.length < LOOKED_AT_BYTES && beginsLikeReplies(start) ? "needMore" : "noMatch";
}

function probeClient(start: string): ProbeVerdict {
  if (CLIENT_START.test(start)) return start.includes("\n") ? "match" : "needMore";
  const isShort = start.length < LOOKED_AT_BYTES && start.split("\n").length <= MAX_LINES;
  return isShort && beginsLikeCommand(start, COMMANDS) ? "needMore" : "noMatch";
}
