import type { Mark } from "@weir/base";
import { decodeUtf8 } from "@weir/base";
import { Direction, type EndReason, type GradeReason } from "@weir/model";
import type { Session, SessionContext } from "../contract.ts";
import { FlowControl } from "./flow-control.ts";
import { type FrameHandler, FrameParser } from "./frame-parser.ts";
import { continueBlock, continues, type HeaderBlock, joinedBlock, newBlock } from "./header-blocks.ts";
import { headOf } from "./header-list.ts";
import { HpackDecoder } from "./hpack/decoder.ts";
import { Streams } from "./streams.ts";
import {
  contentOf,
  errorName,
  Flag,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  FrameType,
  LONGEST_FRAME_BYTES,
  Setting,
  settingsIn,
  uint31At,
  uint32At,
} from "./wire.ts";

/** Debug text of a GOAWAY that is kept. */
const MAX_DEBUG_BYTES = 256;

/** One direction of the connection. */
interface Side {
  readonly parser: FrameParser;
  hpack: HpackDecoder;
  block: HeaderBlock | undefined;
  /** False until its first frame has passed. */
  hasBegun: boolean;
}

/**
 * One HTTP/2 connection (RFC 9113): cuts both directions into frames, decodes header blocks in the order of the wire, and gives the streams what is theirs.
 */
export class Http2Session implements Session {
  readonly #context: SessionContext;
  readonly #flow = new FlowControl();
  readonly #streams: Streams;
  readonly #sides: readonly [Side, Side];

  constructor(context: SessionContext, bodyLimit: number) {
    this.#context = context;
    this.#streams = new Streams(context, bodyLimit, this.#flow);
    const isMidStream = context.midStream && context.opening?.request === undefined;
    this.#flow.isCertain = !isMidStream;
    this.#sides = [this.#newSide(Direction.toServer, isMidStream), this.#newSide(Direction.toClient, isMidStream)];
  }

  data(direction: Direction, bytes: Uint8Array, mark: Mark): boolean {
    this.#sides[direction].parser.data(bytes, mark);
    return true;
  }

  gap(direction: Direction, missingBytes: number, mark: Mark): boolean {
    this.#sides[direction].parser.gap(missingBytes, mark);
    return true;
  }

  end(): void {
    // A direction's end ends no stream: what is open may still be answered, or is cut off by the close.
  }

  close(reason: EndReason, mark: Mark): void {
    this.#streams.close(reason, mark);
  }

  #newSide(direction: Direction, isMidStream: boolean): Side {
    const parser = new FrameParser(isMidStream, this.#handlerOf(direction));
    if (isMidStream) parser.maxFrameBytes = LONGEST_FRAME_BYTES;
    return { parser, hpack: new HpackDecoder(isMidStream), block: undefined, hasBegun: false };
  }

  #handlerOf(direction: Direction): FrameHandler {
    return {
      preface: () => this.#beginWhole(direction, direction),
      frame: (header, payload, first, last) => this.#frame(direction, header, payload, first, last),
      unread: (header, mark, hasGap) => this.#unread(direction, header, mark, hasGap),
      dataBegins: (header, first, last) => {
        this.#expectNoBlock(direction, header, first);
        this.#streams.dataBegins(direction, header, first, last);
      },
      dataBytes: (_header, bytes) => this.#streams.dataBytes(direction, bytes),
      dataMissing: (_header, missingBytes) => this.#streams.dataMissing(direction, missingBytes),
      dataEnds: (header, last, isWhole) => this.#streams.dataEnds(direction, header, last, isWhole),
      lost: () => this.#lost(direction),
      mayBeStream: (id) => this.#streams.mayBe(id),
      violation: (code, mark) => this.#context.violation({ code, direction, mark }),
    };
  }

  /** A direction is seen from its beginning, although the handshake was not captured. */
  #beginWhole(direction: Direction, client: Direction): void {
    const side = this.#sides[direction];
    this.#streams.client = client;
    if (side.hasBegun) return;
    side.hasBegun = true;
    side.hpack = new HpackDecoder(false);
    if (direction === client) this.#streams.missing = undefined;
  }

  #frame(direction: Direction, header: FrameHeader, payload: Uint8Array, first: Mark, last: Mark): void {
    const side = this.#sides[direction];
    // A server's first frame is its settings, not an acknowledgement (RFC 9113 §3.4).
    if (!side.hasBegun && header.type === FrameType.settings && (header.flags & Flag.ack) === 0)
      this.#beginWhole(direction, this.#streams.client);
    side.hasBegun = true;
    if (this.#expectNoBlock(direction, header, first)) return;
    switch (header.type) {
      case FrameType.headers:
      case FrameType.pushPromise:
        this.#beginBlock(direction, header, payload, first, last);
        break;
      case FrameType.continuation:
        this.#continueBlock(direction, header, payload, last);
        break;
      case FrameType.settings:
        this.#settings(direction, header, payload, last);
        break;
      default:
        this.#fixedFrame(direction, header, payload, last);
    }
  }

  /** Frames whose payload has a form of its own. */
  #fixedFrame(direction: Direction, header: FrameHeader, payload: Uint8Array, mark: Mark): void {
    const { type, streamId, length } = header;
    if (type > FrameType.continuation || type === FrameType.priority) return;
    const least = type === FrameType.rstStream || type === FrameType.windowUpdate ? 4 : 8;
    if (type === FrameType.goaway ? length < least : length !== least) {
      this.#context.violation({ code: "badFrameSize", direction, mark });
      return;
    }
    if (type === FrameType.rstStream) this.#streams.reset(direction, streamId, errorName(uint32At(payload, 0)), mark);
    else if (type === FrameType.goaway) this.#goaway(direction, payload, mark);
    else if (type === FrameType.windowUpdate) this.#windowUpdate(direction, streamId, uint31At(payload, 0), mark);
  }

  /** It lets the other side send. */
  #windowUpdate(direction: Direction, streamId: number, bytes: number, mark: Mark): void {
    const stream = streamId === 0 ? undefined : this.#streams.find(streamId);
    if (streamId === 0 || stream !== undefined) this.#flow.grant(otherWay(direction), stream, bytes, mark);
  }

  /** Settings bind the other side: what it may send, and how it may compress. */
  #settings(direction: Direction, header: FrameHeader, payload: Uint8Array, mark: Mark): void {
    if ((header.flags & Flag.ack) !== 0) return;
    if (header.length % 6 !== 0) this.#context.violation({ code: "badFrameSize", direction, mark });
    const other = this.#sides[otherWay(direction)];
    for (const [id, value] of settingsIn(payload)) {
      if (id === Setting.headerTableSize) other.hpack.allow(value);
      else if (id === Setting.maxFrameSize) other.parser.maxFrameBytes = Math.max(other.parser.maxFrameBytes, value);
      else if (id === Setting.initialWindowSize)
        this.#flow.setInitial(otherWay(direction), value, this.#streams.all, mark);
      else if (id === Setting.maxConcurrentStreams && direction !== this.#streams.client)
        this.#streams.maxConcurrent = value;
    }
  }

  /** One with an error is a call of its own: the sender tells what it thinks of the other side. A graceful one shows in the calls that it ends. */
  #goaway(direction: Direction, payload: Uint8Array, mark: Mark): void {
    const code = errorName(uint32At(payload, 4));
    this.#streams.goaway(direction, uint31At(payload, 0), code, mark);
    if (code === "NO_ERROR") return;
    const isServers = direction !== this.#streams.client;
    const isOurFault = code === "INTERNAL_ERROR";
    this.#context.emit({
      operation: "GOAWAY",
      target: decodeUtf8(payload.subarray(8, 8 + MAX_DEBUG_BYTES)),
      // The one that is told off is at fault, unless the sender says that it is itself.
      status: isServers === isOurFault ? "serverError" : "clientError",
      statusCode: code,
      requestFirst: mark,
      requestLast: mark,
      requestBytes: FRAME_HEADER_BYTES + payload.length,
      responseBytes: 0,
      attributes: {
        "network.protocol.version": "2",
        "weir.http2.goaway": code,
        "weir.call.initiator": isServers ? "server" : "client",
      },
      gradeReasons: [],
    });
  }

  /** Only CONTINUATION may follow a block that is not complete (RFC 9113 §6.10). True where the frame is not to be read. */
  #expectNoBlock(direction: Direction, header: FrameHeader, mark: Mark): boolean {
    const side = this.#sides[direction];
    if (continues(side.block, header)) return false;
    const isStray = side.block === undefined;
    // Behind a hole the beginning of a block may be missing.
    if (this.#streams.missing === undefined)
      this.#context.violation({ code: isStray ? "strayContinuation" : "blockInterrupted", direction, mark });
    if (side.block !== undefined) this.#endBlock(direction, side.block, "notDecoded");
    else side.hpack.lose("missingSegments");
    return isStray;
  }

  #beginBlock(direction: Direction, header: FrameHeader, payload: Uint8Array, first: Mark, last: Mark): void {
    const side = this.#sides[direction];
    const content = contentOf(header, payload);
    if (content === undefined) {
      this.#context.violation({ code: "badPadding", direction, mark: last });
      side.hpack.lose("notDecoded");
      return;
    }
    const isPromise = header.type === FrameType.pushPromise;
    const promisedId = isPromise ? uint31At(payload, (header.flags & Flag.padded) !== 0 ? 1 : 0) : 0;
    const bytes = FRAME_HEADER_BYTES + header.length;
    side.block = newBlock(header, payload.subarray(...content), { promisedId, first, last, bytes });
    if ((header.flags & Flag.endHeaders) !== 0) this.#endBlock(direction, side.block, undefined);
  }

  #continueBlock(direction: Direction, header: FrameHeader, payload: Uint8Array, last: Mark): void {
    const { block } = this.#sides[direction];
    if (block === undefined) return;
    const violation = continueBlock(block, payload, FRAME_HEADER_BYTES + header.length, last);
    if (violation !== undefined) this.#context.violation({ code: violation, direction, mark: last });
    if ((header.flags & Flag.endHeaders) !== 0) this.#endBlock(direction, block, undefined);
  }

  /** Decodes a block, or what is there of it not at all: an entry that is missed makes all numbers wrong. */
  #endBlock(direction: Direction, block: HeaderBlock, unreadBecause: GradeReason | undefined): void {
    const side = this.#sides[direction];
    side.block = undefined;
    const because = block.isUnread ? "limitReached" : unreadBecause;
    if (because !== undefined) side.hpack.lose(because);
    const list = because === undefined ? side.hpack.decode(joinedBlock(block)) : undefined;
    if (list?.violation !== undefined) this.#context.violation({ code: list.violation, direction, mark: block.last });
    const head = list && headOf(list);
    const reason = because ?? list?.unknownBecause;
    if (block.header.type === FrameType.pushPromise) this.#streams.promise(direction, block, head, reason);
    else this.#streams.headers(direction, block, head, reason);
  }

  #unread(direction: Direction, header: FrameHeader, mark: Mark, hasGap: boolean): void {
    const side = this.#sides[direction];
    const { type } = header;
    if (!hasGap && type <= FrameType.continuation) this.#context.violation({ code: "hugeFrame", direction, mark });
    if (hasGap) this.#flow.isCertain = false;
    if (type !== FrameType.headers && type !== FrameType.pushPromise && type !== FrameType.continuation) return;
    const because = hasGap ? "missingSegments" : "limitReached";
    const block = continues(side.block, header) ? side.block : undefined;
    if (type === FrameType.headers)
      this.#endBlock(
        direction,
        newBlock(header, new Uint8Array(0), { promisedId: 0, first: mark, last: mark, bytes: header.length }),
        because,
      );
    else if (block !== undefined) this.#endBlock(direction, block, because);
    side.hpack.lose(because);
  }

  #lost(direction: Direction): void {
    const side = this.#sides[direction];
    if (side.block !== undefined) this.#endBlock(direction, side.block, "missingSegments");
    side.hpack.lose("missingSegments");
    side.hasBegun = true;
    this.#flow.isCertain = false;
    this.#streams.missing ??= "missingSegments";
    side.parser.maxFrameBytes = LONGEST_FRAME_BYTES;
  }
}

function otherWay(direction: Direction): Direction {
  return direction === Direction.toServer ? Direction.toClient : Direction.toServer;
}
