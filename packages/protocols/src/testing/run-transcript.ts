import type { CallDraft } from "../call-draft.ts";
import { CATALOG } from "../catalog.ts";
import { KeyLog } from "../common/tls/key-log.ts";
import type { Dissector, Violation } from "../contract.ts";
import { StreamRecogniser } from "../stream-recogniser.ts";
import { newSurroundings, type Surroundings } from "../surroundings.ts";
import { recordingContext } from "./session-context.ts";
import type { Transcript } from "./transcript.ts";

/** What a dissector made of a transcript. */
export interface TranscriptRun {
  readonly calls: readonly CallDraft[];
  readonly violations: readonly Violation[];
  /** True where the session said that the stream is not, or no longer, its protocol. */
  readonly letGo: boolean;
  /** How many of the calls were still waiting when the connection closed. */
  readonly emittedByClose: number;
}

/**
 * Feeds a transcript to one session of `dissector`, without detection. A session that lets go is closed and gets nothing more. With `rests` the connection
 * goes to rest after every event for which its session agrees to be another one's beginning.
 */
export function runTranscript(
  dissector: Dissector,
  transcript: Transcript,
  { rests = false }: { readonly rests?: boolean } = {},
): TranscriptRun {
  const context = recordingContext(transcript, surroundingsOf(transcript));
  const { calls, violations } = context;
  let session = dissector.open(context);
  let letGo = false;
  let { reason, mark } = transcript.close;
  for (const event of transcript.events) {
    if (event.kind === "data") letGo = !session.data(event.direction, event.bytes, event.mark);
    else if (event.kind === "gap") letGo = !session.gap(event.direction, event.missingBytes, event.mark);
    else session.end(event.direction, event.mark);
    const rest = rests && !letGo ? session.rest?.() : undefined;
    if (rest !== undefined) session = dissector.open(context, rest);
    if (!letGo) continue;
    reason = "captureEnd";
    mark = event.mark;
    break;
  }
  const before = calls.length;
  session.close(reason, mark);
  return { calls, violations, letGo, emittedByClose: calls.length - before };
}

/**
 * What a protocol's fixture gives: read by its dissector, or, where other protocols open its streams or carry it, by whatever recognition by bytes
 * finds.
 */
export function runFixture(id: string, transcript: Transcript): TranscriptRun {
  const dissector = (CATALOG as readonly Dissector[]).find((known) => known.id === id);
  return dissector === undefined || dissector.isHandedOver === true
    ? runRecognised(transcript)
    : runTranscript(dissector, transcript);
}

/** Feeds a transcript to a fresh recogniser and keeps all that its sessions say; each call with its protocol. */
export function runRecognised(transcript: Transcript): TranscriptRun {
  const calls: CallDraft[] = [];
  const violations: Violation[] = [];
  const recogniser = recogniserOf(
    transcript,
    (call, protocol) => calls.push({ ...call, protocol }),
    (violation) => violations.push(violation),
  );
  feed(recogniser, transcript);
  const before = calls.length;
  recogniser.close(transcript.close.reason, transcript.close.mark);
  return { calls, violations, letGo: false, emittedByClose: calls.length - before };
}

/** What recognition by bytes made of a transcript: the word of the protocol (empty for none) and the calls with their protocols. */
export interface RecognisedRun {
  readonly protocol: string;
  readonly calls: readonly { readonly protocol: string; readonly call: CallDraft }[];
}

/** Feeds a transcript to a fresh recogniser with all dissectors; `ports` are its own unless others are given. */
export function recogniseTranscript(
  transcript: Transcript,
  ports: { readonly clientPort: number; readonly serverPort: number } = transcript,
): RecognisedRun {
  const calls: { protocol: string; call: CallDraft }[] = [];
  const recogniser = recogniserOf(
    { ...transcript, ...ports },
    (call, protocol) => calls.push({ protocol, call }),
    () => undefined,
  );
  feed(recogniser, transcript);
  recogniser.close(transcript.close.reason, transcript.close.mark);
  return { protocol: recogniser.protocol, calls };
}

function recogniserOf(
  transcript: Transcript,
  emit: (call: CallDraft, protocol: string) => void,
  violation: (violation: Violation) => void,
): StreamRecogniser {
  const { transport, clientPort, serverPort, midStream, startUnixNs } = transcript;
  const asked = () => false;
  const serverAddress = "192.0.2.1";
  const around = { transport, clientPort, serverPort, serverAddress, midStream, startUnixNs, asked, emit, violation };
  return new StreamRecogniser(surroundingsOf(transcript), around);
}

/** Fresh surroundings, with the transcript's secrets. */
function surroundingsOf({ keys = "" }: Transcript): Surroundings {
  const tlsSecrets = new KeyLog();
  tlsSecrets.add(keys);
  return newSurroundings({ tlsSecrets });
}

function feed(recogniser: StreamRecogniser, transcript: Transcript): void {
  for (const event of transcript.events) {
    if (event.kind === "data") recogniser.data(event.direction, event.bytes, event.mark);
    else if (event.kind === "gap") recogniser.gap(event.direction, event.missingBytes, event.mark);
    else recogniser.end(event.direction, event.mark);
  }
}
