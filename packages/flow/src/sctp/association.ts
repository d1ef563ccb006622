/** What is known of one side of an association beside its numbers. */
export interface AssociationSide {
  /** What packets to this side carry as their verification tag: it chose it with its INIT or INIT ACK. Undefined while none was seen. */
  tag: number | undefined;
  /** The tag by which it can be found on other paths: its last one. */
  rememberedTag: number | undefined;
  /** The TSN behind the last one that it sent; undefined while it sent none. */
  nextTsn: number | undefined;
  /** The TSN behind the last one that the other side acknowledged together with all before it. */
  acknowledgedTo: number | undefined;
  /** The highest of its TSNs that the other side has behind a hole. */
  sackedTo: number | undefined;
  /** How often, one after the other, the other side said that it has holes. */
  gapReports: number;
  /** The heartbeat whose answer is waited for: when it was sent, and what it said. */
  heartbeatAtNs: number;
  heartbeatHash: number;
}

/** What is known of an SCTP association (RFC 9260) that no other transport has; its numbers stand in the connection's record. */
export interface Association {
  client: AssociationSide;
  server: AssociationSide;
  /** When the client sent the cookie back; undefined where it did not. */
  echoedAtNs: number | undefined;
  /** Why it was aborted, by who did it first; empty where it was not. */
  abortCause: string;
  /** Pairs of addresses on which it was seen beside the first, as text. */
  readonly otherPaths: Set<string>;
}

/** Pairs of addresses that are counted at most. */
export const MAX_OTHER_PATHS = 63;

/** An association before its first packet. */
export function newAssociation(): Association {
  return {
    client: newSide(),
    server: newSide(),
    echoedAtNs: undefined,
    abortCause: "",
    otherPaths: new Set(),
  };
}

function newSide(): AssociationSide {
  return {
    tag: undefined,
    rememberedTag: undefined,
    nextTsn: undefined,
    acknowledgedTo: undefined,
    sackedTo: undefined,
    gapReports: 0,
    heartbeatAtNs: 0,
    heartbeatHash: 0,
  };
}
