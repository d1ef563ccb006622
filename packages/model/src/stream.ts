/** Which way bytes of a connection travel. */
export const Direction = { toServer: 0, toClient: 1 } as const;
export type Direction = (typeof Direction)[keyof typeof Direction];

/** Why one direction of a stream, or the whole connection, ended. */
export type EndReason = "fin" | "reset" | "idle" | "captureEnd" | "replaced";
