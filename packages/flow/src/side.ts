/** A moment that has not come. Not a negative number: offsets are negative where a capture's clock ran backwards. */
export const NEVER = Number.NEGATIVE_INFINITY;

/** What is counted per direction of any connection: what one side sent. HOT PATH: plain fields, changed in place. */
export class SideCounters {
  packets = 0;
  wireBytes = 0;
  payloadBytes = 0;
  goodputBytes = 0;
  dataSegments = 0;
  ttl = -1;
  firstDataAtNs = NEVER;
}
