import type { CallDraft } from "../call-draft.ts";
import type { SessionContext, Violation } from "../contract.ts";
import { StreamRecogniser } from "../stream-recogniser.ts";
import { newSurroundings, type Surroundings } from "../surroundings.ts";

/** The surroundings of one session in a test, and what it said. */
export interface RecordingContext extends SessionContext {
  readonly calls: CallDraft[];
  readonly violations: Violation[];
}

/** A context that keeps what a session emits; streams inside it are recognised as ever, and their calls kept with the others. */
export function recordingContext(
  about: Partial<Pick<SessionContext, "transport" | "clientPort" | "serverPort" | "midStream" | "startUnixNs">> = {},
  surroundings: Surroundings = newSurroundings(),
): RecordingContext {
  const calls: CallDraft[] = [];
  const violations: Violation[] = [];
  const { transport = "tcp", clientPort = 40_000, serverPort = 40_001, midStream = false, startUnixNs } = about;
  const ends = { transport, clientPort, serverPort, midStream, startUnixNs };
  const emit = (call: CallDraft) => {
    calls.push(call);
  };
  const violation = (broken: Violation) => {
    violations.push(broken);
  };
  return {
    ...ends,
    calls,
    violations,
    emit,
    violation,
    tlsSecrets: surroundings.tlsSecrets,
    httpApplications: surroundings.httpApplications,
    inner: () =>
      new StreamRecogniser(surroundings, { ...ends, serverAddress: "192.0.2.1", asked: () => false, emit, violation }),
    common<T extends object>(create: () => T): T {
      const shared = (surroundings.common.get("") as T | undefined) ?? create();
      surroundings.common.set("", shared);
      return shared;
    },
  };
}
