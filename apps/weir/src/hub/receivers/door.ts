/** Decides who may send; the hub's own doors do. */
export interface SenderDoor {
  /** Throws a WeirError where a sender with this `authorization` may not: UNAUTHENTICATED, FORBIDDEN, RATE_LIMITED. */
  admitSender(authorization: string | undefined, address: string): Promise<void>;
}
