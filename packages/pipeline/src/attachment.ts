import type { Mark } from "@weir/base";
import type { OpenConnection } from "@weir/flow";
import type { Names } from "@weir/identity";
import type { EndReason } from "@weir/model";
import type { StreamRecogniser } from "@weir/protocols";
import type { AnsweredCall } from "./answered-calls.ts";
import type { ConnectionEnds, ConnectionIdentity } from "./call-record.ts";
import { EndNames } from "./end-names.ts";

/** What the pipeline keeps for one open connection whose calls are looked for. */
export interface Attachment {
  /** Absent where no protocol is looked for, and once both directions have ended. */
  recogniser: StreamRecogniser | undefined;
  readonly ends: ConnectionEnds;
  protocol: string;
  calls: number;
  callErrors: number;
  readonly names: EndNames;
  /** Who it is between, as its calls say it; undefined before the first one, and once client and server were turned. */
  identity: ConnectionIdentity | undefined;
  /** Packets of the bytes that were passed on last, by direction. */
  readonly lastPackets: [number, number];
  /** Its calls whose response is not acknowledged yet, in that order. */
  readonly unacknowledged: AnsweredCall[];
  /** The call of it that was finished last. */
  lastCall: AnsweredCall | undefined;
  /** Its calls were left out, from somewhere on, because there was too much to read. */
  isShed: boolean;
}

/** What is kept for a connection that has just been opened; without a recogniser its calls are left out. */
export function newAttachment(names: Names, recogniser: StreamRecogniser | undefined): Attachment {
  return {
    recogniser,
    ends: { client: undefined, server: undefined },
    protocol: "",
    calls: 0,
    callErrors: 0,
    names: new EndNames(names),
    identity: undefined,
    lastPackets: [0, 0],
    unacknowledged: [],
    lastCall: undefined,
    isShed: false,
  };
}

/** What was kept when the connection was opened; every connection with streams has it. */
export function attachmentOf(connection: OpenConnection): Attachment {
  return connection.attachment as Attachment;
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
  attachment.names.turned();
  attachment.identity = undefined;
}
