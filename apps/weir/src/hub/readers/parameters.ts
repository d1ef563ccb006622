import type { Context } from "hono";

/** Bytes of a form that asks something. */
const MAX_FORM_BYTES = 256 << 10;

/** What a caller asks, from the address and, of a POST, from the form behind it. */
export async function parametersOf(context: Context): Promise<URLSearchParams> {
  const parameters = new URL(context.req.url).searchParams;
  if (context.req.method !== "POST") return parameters;
  const body = await readAtMost(context.req.raw.body, MAX_FORM_BYTES);
  for (const [name, value] of new URLSearchParams(body)) parameters.append(name, value);
  return parameters;
}

async function readAtMost(body: ReadableStream<Uint8Array> | null, most: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > most) throw new RangeError(`the form is longer than ${most} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** A moment as Unix seconds or RFC 3339, in milliseconds; undefined where it is neither. */
export function momentMs(text: string): number | undefined {
  if (/^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) return Math.round(Number(text) * 1000);
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
