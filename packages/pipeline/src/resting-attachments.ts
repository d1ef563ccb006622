import type { Names } from "@weir/identity";
import { type RestingRecogniser, RestingRecognisers, type StreamRecogniser } from "@weir/protocols";
import { type Attachment, NO_ENDS, newAttachment } from "./attachment.ts";
import { EndNames, type RestingNames } from "./end-names.ts";

/** Different ones that are remembered, of those that many connections have alike. */
const MAX_KNOWN = 4_096;

/** What stands for an attachment while its connection rests. Its fields are named as the attachment's. A class, as V8 makes a shape of its own for each literal with a spread in it. */
export class RestingAttachment {
  readonly recogniser: RestingRecogniser | undefined;
  readonly names: RestingNames | undefined;
  readonly protocol: string;
  readonly calls: number;
  readonly callErrors: number;
  readonly lastPacketToServer: number;
  readonly lastPacketToClient: number;
  readonly isShed: boolean;

  constructor(attachment: Attachment, recogniser: RestingRecogniser | undefined, names: RestingNames | undefined) {
    this.recogniser = recogniser;
    this.names = names;
    this.protocol = attachment.protocol;
    this.calls = attachment.calls;
    this.callErrors = attachment.callErrors;
    // Only a call whose bytes lie before the rest, unrecognised, may still be told of the packets that they came in.
    this.lastPacketToServer = this.isOpen ? attachment.lastPacketToServer : 0;
    this.lastPacketToClient = this.isOpen ? attachment.lastPacketToClient : 0;
    this.isShed = attachment.isShed;
  }

  /** True where bytes are kept whose protocol is not known yet. */
  get isOpen(): boolean {
    return this.recogniser !== undefined && "pieces" in this.recogniser;
  }
}

/** Makes attachments small while their connections rest: what is alike for many connections is one object for all. */
export class RestingAttachments {
  readonly #recognisers = new RestingRecognisers();
  readonly #names = new Map<string, RestingNames>();
  readonly #known = new Map<string, RestingAttachment>();

  /** What is left of an attachment; undefined where something is under way, or more is known than can be made small. */
  restOf(attachment: Attachment): RestingAttachment | undefined {
    const { ends, unacknowledged, lastCall } = attachment;
    if (ends !== NO_ENDS || unacknowledged !== undefined || lastCall?.call !== undefined) return undefined;
    const recogniser = attachment.recogniser?.rest(this.#recognisers);
    if (attachment.recogniser !== undefined && recogniser === undefined) return undefined;
    const names = attachment.names?.rest();
    const resting = new RestingAttachment(attachment, recogniser, names && this.#shared(names));
    return resting.isOpen ? resting : this.#one(resting);
  }

  /** The attachment of a connection that goes on; `recogniserOf` makes its recogniser go on. */
  wake(
    resting: RestingAttachment,
    known: Names,
    recogniserOf: (rest: RestingRecogniser) => StreamRecogniser | undefined,
  ): Attachment {
    const { recogniser, names } = resting;
    const attachment = newAttachment(recogniser && recogniserOf(recogniser));
    attachment.names = names && new EndNames(known, names);
    attachment.protocol = resting.protocol;
    attachment.calls = resting.calls;
    attachment.callErrors = resting.callErrors;
    attachment.lastPacketToServer = resting.lastPacketToServer;
    attachment.lastPacketToClient = resting.lastPacketToClient;
    attachment.isShed = resting.isShed;
    return attachment;
  }

  /** One that says the same, where there is one. */
  #one(resting: RestingAttachment): RestingAttachment {
    const { recogniser, protocol, calls, callErrors, names, isShed } = resting;
    const key = `${calls} ${callErrors} ${protocol} ${isShed} ${names?.host} ${names?.tlsServerName}`;
    const known = this.#known.get(key);
    if (known !== undefined && known.recogniser === recogniser && known.names === names) return known;
    remember(this.#known, key, resting);
    return resting;
  }

  #shared(names: RestingNames): RestingNames {
    const key = `${names.tlsServerName} ${names.hasLearnedSni} ${names.host} ${names.hasLearnedHost}`;
    const known = this.#names.get(key);
    if (known === undefined) remember(this.#names, key, names);
    return known ?? names;
  }
}

function remember<Value>(known: Map<string, Value>, key: string, value: Value): void {
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, value);
}
