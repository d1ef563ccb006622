import { decodeUtf8, type Mark } from "@weir/base";
import { Direction } from "@weir/model";
import { type Frame, FrameReader } from "../common/frame-reader.ts";
import { callOf, type Passage, passageOf, present } from "../common/passage.ts";
import type { Session, SessionContext } from "../contract.ts";
import { KEPT_BYTES, messageStart, SYSLOG_FRAMES } from "./framing.ts";
import { maskText, parseSyslogMessage } from "./message.ts";

/** Text of a message that calls show. */
export const BODY_CHARS = 1024;

/** Messages of one sender: each is a call that nobody answers. */
export class SyslogSession implements Session {
  readonly #context: SessionContext;
  readonly #readers: readonly [FrameReader, FrameReader];

  constructor(context: SessionContext) {
    this.#context = context;
    this.#readers = [this.#readerOf(Direction.toServer), this.#readerOf(Direction.toClient)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    if (this.#context.transport === "tcp") this.#readers[direction].data(bytes, mark);
    else {
      const passage = { first: mark, last: mark, bytes: bytes.length, hasGap: false };
      this.#message(direction, bytes.subarray(0, KEPT_BYTES), passage);
    }
    return true;
  }

  gap(direction: Direction, missingBytes: number): boolean {
    if (this.#context.transport === "tcp") this.#readers[direction].gap(missingBytes);
    return true;
  }

  end(): void {
    // A message that is cut off is not told of.
  }

  close(): void {
    // Nothing waits: messages are not answered.
  }

  #readerOf(direction: Direction): FrameReader {
    const handler = {
      frame: (frame: Frame): undefined =>
        this.#message(direction, frame.bytes.subarray(messageStart(frame.bytes)), passageOf(frame)),
      damaged: (mark: Mark) => this.#context.violation({ code: "badFrame", direction, mark }),
    };
    return new FrameReader(SYSLOG_FRAMES, handler, this.#context.midStream);
  }

  #message(direction: Direction, bytes: Uint8Array, passage: Passage): undefined {
    const message = parseSyslogMessage(decodeUtf8(bytes));
    if (message === undefined) {
      this.#context.violation({ code: "badPriority", direction, mark: passage.last });
      return;
    }
    const { severity, facility, version, host, app, processId, messageId, structuredData, text } = message;
    const body = maskText(text);
    this.#context.emit(
      callOf(passage, undefined, {
        operation: severity,
        target: app ?? "",
        status: "ok",
        requestBody: body.slice(0, BODY_CHARS),
        bodyTruncated: body.length > BODY_CHARS,
        attributes: present({
          "weir.syslog.severity": severity,
          "syslog.facility": facility,
          "syslog.version": version,
          "host.name": host,
          "weir.syslog.app_name": app,
          "syslog.procid": processId,
          "syslog.msgid": messageId,
          "weir.syslog.data_ids":
            structuredData.length === 0 ? undefined : structuredData.map(({ id }) => id).join(", "),
          "weir.call.initiator": direction === Direction.toClient ? "server" : undefined,
        }),
      }),
    );
  }
}
