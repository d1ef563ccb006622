/** What a caller may be allowed; each route needs one. */
export const RIGHTS = [
  /** To read everything but payloads. */
  "read",
  /** To read headers and bodies of calls, and packets. */
  "readPayloads",
  /** To add captures, and to change what the hub keeps. */
  "write",
  /** To send records: agents and applications. */
  "ingest",
  /** To see who did what. */
  "administer",
] as const;
export type Right = (typeof RIGHTS)[number];
