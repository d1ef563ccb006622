import type { Mark } from "@weir/base";
import type { OpenConnection } from "@weir/flow";
import { Direction, type EndReason } from "@weir/model";
import type { StreamRecogniser } from "@weir/protocols";
import type { AnsweredCall } from "./answered-calls.ts";
import type { ConnectionEnds, ConnectionIdentity } from "./call-record.ts";
import type { EndNames } from "./end-names.ts";

/** Most connections have not ended, and share this. */
export const NO_ENDS: ConnectionEnds = { client: undefined, server: undefined };

/** What the pipeline keeps for one open connection whose calls are looked for. There may be a million, most of them silent: what few have is absent until they have it. */
export interface Attachment {
  /** Absent where no protocol is looked for, and once both directions have ended. */
  recogniser: StreamRecogniser | undefined;
  ends: ConnectionEnds;
  protocol: string;
  calls: number;
  callErrors: number;
  /** Absent before the first call. */
  names: EndNames | undefined;
  /** Who it is between, as its calls say it; undefined before the first one, and once client and server were turned. */
  identity: ConnectionIdentity | undefined;
  /** Packets of the bytes that were passed on last, by direction. */
  lastPacketToServer: number;
  lastPacketToClient: number;
  /** Its calls whose response is not acknowledged yet, in that order; absent where there are none. */
  unacknowledged: AnsweredCall[] | undefined;
  /** The call of it that was finished last. */
  lastCall: AnsweredCall | undefined;
  /** Its calls were left out, from somewhere on, because there was too much to read. */
  isShed: boolean;
}

/** What is kept for a connection that has just been opened; without a recogniser its calls are left out. */
export function newAttachment(recogniser: StreamRecogniser | undefined): Attachment {
  return {
    recogniser,
    ends: NO_ENDS,
    protocol: "",
    calls: 0,
    callErrors: 0,
    names: undefined,
    identity: undefined,
    lastPacketToServer: 0,
    lastPacketToClient: 0,
    unacknowledged: undefined,
    lastCall: undefined,
    isShed: false,
  };
}

/** What was kept when the connection was opened; every connection with streams has it. */
export function attachmentOf(connection: OpenConnection): Attachment {
  return connection.attachment as Attachment;
}

/** One side's bytes came in this packet. */
export function notePacket(attachment: Attachment, direction: Direction, packetNumber: number): void {
  if (direction === Direction.toServer) attachment.lastPacketToServer = packetNumber;
  else attachment.lastPacketToClient = packetNumber;
}

/** One side has said that it ends the connection: its first word counts. */
export function noteEnd(attachment: Attachment, side: keyof ConnectionEnds, mark: Mark): void {
  if (attachment.ends[side] === undefined) attachment.ends = { ...attachment.ends, [side]: mark };
}

/** No byte can follow, or is wanted: the session says what it has, and is let go. */
export function closeSession(attachment: Attachment, reason: EndReason, mark: Mark): void {
  const { recogniser } = attachment;
  if (recogniser === undefined) return;
  recogniser.close(reason, mark);
  attachment.protocol = recogniser.protocol;
  attachment.recogniser = undefined;
}

/** Client and server turned out to be the other way round. */
export function turn(attachment: Attachment): void {
  attachment.names?.turned();
  attachment.identity = undefined;
}
