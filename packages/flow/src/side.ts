/** What is counted per direction of any connection: what one side sent. HOT PATH: plain fields, changed in place. */
export class SideCounters {
  packets = 0;
  wireBytes = 0;
  payloadBytes = 0;
  goodputBytes = 0;
  dataSegments = 0;
  ttl = -1;
  firstDataAtNs = -1;
}
