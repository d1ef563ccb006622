import type { CallStatus } from "@weir/model";

const SUCCESS = 200;
/** Reply codes (§1.2 of the specification's constants) that are the server's: forced by an operator, out of resources, not implemented, internal. */
const SERVER_CODES: ReadonlySet<number> = new Set([320, 506, 540, 541]);

/** Who has to answer for a reply code. */
export function statusOfReply(code: number): CallStatus {
  if (code === SUCCESS || code === 0) return "ok";
  return SERVER_CODES.has(code) ? "serverError" : "clientError";
}
