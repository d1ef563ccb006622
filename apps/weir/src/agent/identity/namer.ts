import type { Connection } from "@weir/model";

/** Something that names the ends of connections. */
export interface Namer {
  /** Writes what is known into the record. True where more may be known in a moment. */
  name(connection: Connection): boolean;
  /** The connection is over, and has its names: nothing of it need be remembered. */
  forget(connectionId: string): void;
}
