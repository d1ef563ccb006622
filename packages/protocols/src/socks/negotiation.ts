import { Direction } from "@weir/model";
import {
  answerOf,
  Command,
  commandName,
  Method,
  methodName,
  type Read,
  type Reading,
  readAddressed,
  readGreeting,
  readPassword,
  readRequest4,
  VERSION_4,
  VERSION_5,
} from "./wire.ts";

/** What a step of a negotiation waits for, and from whom. */
export type Step =
  | "opening"
  | "method"
  | "password"
  | "passwordReply"
  | "request"
  | "reply"
  | "bound"
  /** The tunnel is open: another protocol follows. */
  | "tunnel"
  /** Nothing that is read follows. */
  | "over";

const OF_CLIENT: ReadonlySet<Step> = new Set(["opening", "password", "request"]);
const REPLY_4_BYTES = 8;
const REPLY_5_BYTES = 2;

/** Who speaks next. */
export function speakerOf(step: Step): Direction {
  return OF_CLIENT.has(step) ? Direction.toServer : Direction.toClient;
}

/** What is known of a negotiation. Each step takes a message and says which one follows. */
export class Negotiation {
  step: Step = "opening";
  version = VERSION_5;
  method: string | undefined;
  command: number | undefined;
  target = "";
  /** Address from which the server connects, or at which it waits. */
  boundAddress: string | undefined;
  /** Why it ended; undefined while it has not. */
  answer: ReturnType<typeof answerOf> | undefined;

  /** Takes what stands at the front of the speaker's bytes. Returns its length; undefined where it is not of this protocol. */
  take(bytes: Uint8Array): number | "needMore" | undefined {
    switch (this.step) {
      case "opening":
        return bytes[0] === VERSION_4 ? this.#request4(bytes) : this.#greeting(bytes);
      case "method":
        return this.#status(bytes, VERSION_5, (method) => this.#chosen(method));
      case "password":
        return this.#then(readPassword(bytes), () => "passwordReply");
      case "passwordReply":
        return this.#status(bytes, 1, (status) => (status === 0 ? "request" : this.#refused("authentication failed")));
      case "request":
        return this.#then(readAddressed(bytes), ({ code, address }) => {
          this.command = code;
          this.target = address;
          return "reply";
        });
      case "reply":
      case "bound":
        return this.version === VERSION_4 ? this.#reply4(bytes) : this.#reply5(bytes);
      default:
        return undefined;
    }
  }

  get operation(): string {
    return this.command === undefined ? "negotiate" : commandName(this.command);
  }

  #greeting(bytes: Uint8Array): number | "needMore" | undefined {
    return this.#then(readGreeting(bytes), () => "method");
  }

  #request4(bytes: Uint8Array): number | "needMore" | undefined {
    return this.#then(readRequest4(bytes), ({ command, target }) => {
      this.version = VERSION_4;
      this.command = command;
      this.target = target;
      return "reply";
    });
  }

  #chosen(method: number): Step {
    if (method === Method.notAcceptable) return this.#refused("no acceptable methods");
    this.method = methodName(method);
    if (method === Method.none) return "request";
    return method === Method.password ? "password" : "over";
  }

  #refused(statusCode: string): Step {
    this.answer = { statusCode, status: "clientError" };
    return "over";
  }

  #reply5(bytes: Uint8Array): number | "needMore" | undefined {
    return this.#then(readAddressed(bytes), ({ code, address }) => {
      this.boundAddress ??= address;
      return this.#answered(code);
    });
  }

  #reply4(bytes: Uint8Array): number | "needMore" | undefined {
    if (bytes[0] !== 0) return bytes.length === 0 ? "needMore" : undefined;
    if (bytes.length < REPLY_4_BYTES) return "needMore";
    this.step = this.#answered(bytes[1] ?? 0);
    return REPLY_4_BYTES;
  }

  /** Who binds is answered twice: when the server waits, and when somebody came (RFC 1928 §4). */
  #answered(code: number): Step {
    const isSecond = this.step === "bound";
    const answer = answerOf(this.version, code);
    this.answer ??= answer;
    if (answer.status !== "ok") return "over";
    if (this.command === Command.bind && !isSecond) return "bound";
    return this.command === Command.udpAssociate ? "over" : "tunnel";
  }

  /** A message of two bytes: a version and a number. */
  #status(bytes: Uint8Array, version: number, next: (status: number) => Step): number | "needMore" | undefined {
    if (bytes[0] !== undefined && bytes[0] !== version) return undefined;
    const status = bytes[1];
    if (status === undefined) return "needMore";
    this.step = next(status);
    return REPLY_5_BYTES;
  }

  #then<Value>(reading: Reading<Value>, next: (value: Value) => Step): number | "needMore" | undefined {
    if (reading === undefined || reading === "needMore") return reading;
    const { value, length }: Read<Value> = reading;
    this.step = next(value);
    return length;
  }
}
