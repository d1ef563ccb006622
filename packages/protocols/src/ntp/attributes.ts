import { NS_PER_S, type UnixNs, unixNsAt } from "@weir/base";
import type { CallStatus } from "@weir/model";
import { type Passage, present } from "../common/passage.ts";
import { modeName } from "./names.ts";
import type { TimeMessage } from "./wire.ts";

const UNSYNCHRONIZED_STRATUM = 16;
const UNSYNCHRONIZED_LEAP = 3;
/** Kiss codes that send the client away (RFC 5905 §7.4); the others tell what the server lacks. */
const CLIENTS_FAULT: ReadonlySet<string> = new Set(["DENY", "RATE", "RSTR", "AUTH", "AUTO", "CRYP", "NKEY"]);
const FRACTION_DIGITS = 6;

/** What an answer says of itself. */
export function outcomeOf(answer: TimeMessage): { readonly status: CallStatus; readonly statusCode: string } {
  const kiss = kissCodeOf(answer);
  if (kiss !== undefined) return { status: CLIENTS_FAULT.has(kiss) ? "clientError" : "serverError", statusCode: kiss };
  const isSynchronized = answer.leap !== UNSYNCHRONIZED_LEAP && answer.stratum < UNSYNCHRONIZED_STRATUM;
  return isSynchronized ? { status: "ok", statusCode: "" } : { status: "serverError", statusCode: "unsynchronized" };
}

/** Of what a question says only its kind is of interest; the rest is the server's. */
export function attributesOf(asked: TimeMessage | undefined, answer: TimeMessage | undefined): Record<string, string> {
  const told = answer ?? asked;
  const isKnown = told !== undefined && told.stratum > 0;
  return present({
    "weir.ntp.version": told?.version,
    "weir.ntp.mode": asked === undefined ? undefined : modeName(asked.mode),
    "weir.ntp.stratum": answer === undefined && !isKnown ? undefined : told?.stratum,
    "weir.ntp.reference_id": isKnown && told.referenceId !== "" ? told.referenceId : undefined,
    "weir.ntp.kiss_code": answer === undefined ? undefined : kissCodeOf(answer),
    "weir.ntp.root_delay_seconds": isKnown ? decimal(told.rootDelayS) : undefined,
    "weir.ntp.root_dispersion_seconds": isKnown ? decimal(told.rootDispersionS) : undefined,
    "weir.ntp.poll_interval_seconds": told !== undefined && told.pollExponent > 0 ? 2 ** told.pollExponent : undefined,
  });
}

/**
 * Offset and delay of RFC 5905 §8. The client's two timestamps are the capture's: the one on the wire may be a random number, and the other one is
 * never on it.
 */
export function clockAttributes(
  question: Passage,
  response: Passage,
  { receiveS, transmitS, stratum }: TimeMessage,
  startUnixNs: UnixNs | undefined,
): Record<string, string> {
  if (receiveS === undefined || transmitS === undefined || stratum === 0) return {};
  const roundTripS = (response.last.atNs - question.first.atNs) / NS_PER_S;
  const delay = decimal(roundTripS - (transmitS - receiveS));
  if (startUnixNs === undefined) return { "weir.ntp.delay_seconds": delay };
  const askedS = secondsAt(startUnixNs, question.first.atNs);
  const answeredS = secondsAt(startUnixNs, response.last.atNs);
  const offset = decimal((receiveS - askedS + (transmitS - answeredS)) / 2);
  return { "weir.ntp.offset_seconds": offset, "weir.ntp.delay_seconds": delay };
}

/** Four letters where stratum is 0 (RFC 5905 §7.4). */
function kissCodeOf({ stratum, referenceId }: TimeMessage): string | undefined {
  return stratum === 0 && /^[A-Z]{3,4}$/.test(referenceId) ? referenceId : undefined;
}

/** Whole microseconds are as much as a number of today's size can tell. */
function secondsAt(startUnixNs: UnixNs, atNs: number): number {
  return Number(unixNsAt(startUnixNs, atNs) / 1_000n) / 1e6;
}

function decimal(value: number): string {
  return String(Number(value.toFixed(FRACTION_DIGITS)));
}
