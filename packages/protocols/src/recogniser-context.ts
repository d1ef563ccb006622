import type { UnixNs } from "@weir/base";
import type { Direction } from "@weir/model";
import type { CallDraft } from "./call-draft.ts";
import type { Violation } from "./contract.ts";

/** What a stream's surroundings are. */
export interface RecogniserContext {
  /** `tcp` for whatever comes as a stream, the messages of an SCTP association too. */
  readonly transport: "tcp" | "udp";
  readonly clientPort: number;
  readonly serverPort: number;
  readonly serverAddress: string;
  readonly midStream: boolean;
  /** Absolute time from which marks count. */
  readonly startUnixNs?: UnixNs | undefined;
  /**
   * The first words of a protocol tell that its question went in this direction. True where that turns client and server: the ports and addresses here
   * are then exchanged, and directions are the other way round from the next call on.
   */
  asked(direction: Direction): boolean;
  emit(call: CallDraft, protocol: string): void;
  violation(violation: Violation, protocol: string): void;
}
