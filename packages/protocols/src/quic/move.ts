import { type Mark, toHex } from "@weir/base";
import type { EndReason } from "@weir/model";
import type { CallDraft } from "../call-draft.ts";
import { unanswered } from "../common/unanswered.ts";
import type { Handshake } from "./handshake.ts";

/** A connection's arrival on another path (RFC 9000 §9): the first packet there asks, the first of the other side answers. */
export class Move {
  readonly #handshake: Handshake;
  readonly #byClient: boolean;
  readonly #first: Mark;
  #last: Mark;
  #bytes = 0;

  constructor(handshake: Handshake, byClient: boolean, mark: Mark) {
    this.#handshake = handshake;
    this.#byClient = byClient;
    this.#first = mark;
    this.#last = mark;
  }

  /** A packet on the path. Returns the call once both sides have used it. */
  packet(bytes: number, byClient: boolean, mark: Mark): CallDraft | undefined {
    if (byClient !== this.#byClient) return this.#call({ status: "ok", gradeReasons: [] }, bytes, mark);
    this.#last = mark;
    this.#bytes += bytes;
    return undefined;
  }

  /** The call of a path on which the other side was not heard. */
  callAt(reason: EndReason): CallDraft {
    return this.#call(unanswered(reason), 0, undefined);
  }

  #call(
    outcome: Pick<CallDraft, "status" | "gradeReasons">,
    responseBytes: number,
    answer: Mark | undefined,
  ): CallDraft {
    const { serverName, connectionId } = this.#handshake;
    return {
      operation: "migration",
      target: serverName,
      ...outcome,
      statusCode: "",
      requestFirst: this.#first,
      requestLast: this.#last,
      responseFirst: answer,
      responseLast: answer,
      requestBytes: this.#bytes,
      responseBytes,
      attributes: {
        "weir.quic.connection_id": toHex(connectionId),
        ...(serverName === "" ? {} : { "tls.client.server_name": serverName }),
        ...(this.#byClient ? {} : { "weir.call.initiator": "server" }),
      },
    };
  }
}
