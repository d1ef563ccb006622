import type { IncomingMessage } from "node:http";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { ApiFailure, retryAfterMs } from "./api-failure.ts";
import type { ClusterAccess } from "./kube-config.ts";

/** An answer must begin within this time. */
const ANSWER_MS = 30_000;
/** Bytes of an answer that says what is wrong. */
const MAX_PROBLEM_BYTES = 64 << 10;

export type Query = Readonly<Record<string, string | number | undefined>>;

/** Asks the API server; the answer's body is still to be read. Throws {@link ApiFailure} for whatever is no 200. */
export async function get(
  access: ClusterAccess,
  path: string,
  query: Query,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const url = new URL(access.server);
  url.pathname = url.pathname.replace(/\/$/, "") + path;
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  const options = await access.options().catch((cause: unknown) => {
    throw new ApiFailure(`no credentials: ${(cause as Error).message}`, undefined, undefined, { cause });
  });
  const answer = await answerTo(
    url,
    { ...options, headers: { ...options.headers, accept: "application/json" } },
    signal,
  );
  if (answer.statusCode === 200) return answer;
  const wait = retryAfterMs(answer.headers["retry-after"]);
  const text = await bodyOf(answer, MAX_PROBLEM_BYTES);
  throw new ApiFailure(`the API server answers ${answer.statusCode}: ${messageIn(text)}`, answer.statusCode, wait);
}

function answerTo(url: URL, options: object, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === "http:" ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, signal }, (answer) => {
      clearTimeout(late);
      answer.socket.setKeepAlive(true, ANSWER_MS);
      resolve(answer);
    });
    const late = setTimeout(() => asked.destroy(new Error(`no answer within ${ANSWER_MS / 1_000} s`)), ANSWER_MS);
    asked.once("error", (cause: Error) => {
      clearTimeout(late);
      reject(new ApiFailure(`the API server cannot be reached: ${cause.message}`, undefined, undefined, { cause }));
    });
    asked.end();
  });
}

/** A whole body as text; throws where it is longer than `maxBytes`. */
export async function bodyOf(answer: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new ApiFailure(`an answer is longer than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (cause) {
    throw brokenOff(cause);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Lines of a body as they come; throws where one is longer than `maxBytes`. */
export async function* linesOf(answer: IncomingMessage, maxBytes: number): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, end)]).toString("utf8");
        rest = [];
        bytes = 0;
        from = end + 1;
      }
      rest.push(chunk.subarray(from));
      bytes += chunk.length - from;
      if (bytes > maxBytes) throw new ApiFailure(`a line of a watch is longer than ${maxBytes} bytes`);
    }
  } catch (cause) {
    throw brokenOff(cause);
  }
}

function brokenOff(cause: unknown): unknown {
  const isOfTheNetwork = cause instanceof Error && "code" in cause;
  return isOfTheNetwork
    ? new ApiFailure(`the answer broke off: ${cause.message}`, undefined, undefined, { cause })
    : cause;
}

/** What an answer of kind Status says; its text where it is none. */
function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    if (typeof message === "string") return message;
  } catch {
    // Not JSON, as a proxy in between answers: its text is what there is to say.
  }
  return text.slice(0, 200);
}
