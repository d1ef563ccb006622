import type { Connection } from "@weir/model";
import type { OpenEnds } from "@weir/pipeline";

/** A connection, or the ends of one that is open, with what is known of their names. */
export type Nameable = OpenEnds & Partial<Connection>;

/** Something that names the ends of connections. */
export interface Namer {
  /** Writes what is known into the record. True where more may be known in a moment. */
  name(connection: Nameable): boolean;
  /** The connection is over, and has its names: nothing of it need be remembered. */
  forget(connectionId: string): void;
}
