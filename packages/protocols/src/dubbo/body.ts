import { decodeLatin1 } from "@weir/base";
import { stringsOf } from "./strings.ts";

const MAX_MESSAGE_CHARS = 256;
/** Behind the arguments stand the attachments; in so many bytes from the end they are looked for. */
const ATTACHMENT_BYTES = 8192;
const NAME = /^[\w$./:*-]{1,512}$/;
const TRACEPARENT = /traceparent.{1,4}?([0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})/s;

/** What a request's body says before its arguments ("RpcInvocation"). */
export interface Invocation {
  readonly dubboVersion: string | undefined;
  readonly service: string | undefined;
  readonly serviceVersion: string | undefined;
  readonly method: string | undefined;
  readonly traceparent: string | undefined;
}

/** Reads the leading texts of a request. */
export function parseInvocation(serialization: string, body: Uint8Array): Invocation {
  const strings = stringsOf(serialization, body);
  const name = () => {
    const text = strings?.next();
    return text !== undefined && NAME.test(text) ? text : undefined;
  };
  return {
    dubboVersion: name(),
    service: name(),
    serviceVersion: name(),
    method: name(),
    traceparent: findTraceparent(body),
  };
}

/** Attachments stand behind arguments of unknown classes, so that the trace context is looked for by its name. */
function findTraceparent(body: Uint8Array): string | undefined {
  const tail = decodeLatin1(body, Math.max(0, body.length - ATTACHMENT_BYTES));
  return tail.includes("traceparent") ? TRACEPARENT.exec(tail)?.[1] : undefined;
}

/** What came out of a call whose status is OK: the first byte of a response's body (`DubboCodec`). */
export interface Result {
  readonly hasException: boolean;
  /** Class of the exception, where the serialization tells it. */
  readonly exception: string | undefined;
}

/** With an exception, and with one and attachments. */
const EXCEPTIONS = new Set([0, 3]);
const HESSIAN_ZERO = 0x90;
const HESSIAN_CLASS = 0x43;

/** Reads whether a response brings a value or an exception. */
export function parseResult(serialization: string, body: Uint8Array): Result {
  const kind = kindOf(serialization, body[0] ?? -1);
  const hasException = EXCEPTIONS.has(kind);
  if (!hasException || serialization !== "hessian2" || body[1] !== HESSIAN_CLASS)
    return { hasException, exception: undefined };
  const exception = stringsOf(serialization, body.subarray(2))?.next();
  return { hasException, exception: exception !== undefined && NAME.test(exception) ? exception : undefined };
}

function kindOf(serialization: string, byte: number): number {
  switch (serialization) {
    case "hessian2":
      return byte - HESSIAN_ZERO;
    case "kryo":
    case "kryo2":
      return byte;
    case "fastjson":
    case "json":
    case "gson":
      // A digit.
      return byte - 0x30;
    default:
      return -1;
  }
}

/** What a response says whose status is not OK. */
export function parseErrorMessage(serialization: string, body: Uint8Array): string | undefined {
  const text = stringsOf(serialization, body)?.next();
  const [line = ""] = (text ?? "").split("\n");
  return line === "" ? undefined : line.slice(0, MAX_MESSAGE_CHARS);
}
