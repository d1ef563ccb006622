import type { Call, Connection } from "@weir/model";
import { edgeKeysOf, OTHER_CLIENTS } from "./edge-keys.ts";

/** One service asking another on a port. */
export interface Edge {
  readonly clientService: string;
  readonly serverService: string;
  readonly serverPort: number;
  /** True where further edges were not judged, so that a cause may be missing. */
  readonly isLimited?: boolean;
}

/** A record that belongs to an edge. */
type EdgeRecord = Pick<Connection | Call, "clientService" | "serverService" | "serverPort">;

/**
 * Edges that one detector follows at most by their client. Further clients of a server are followed together, as one client named
 * {@link OTHER_CLIENTS}, and there are at most as many of these edges again: what comes then is counted as not judged.
 */
const MAX_EDGES = 2_000;

/** Keeps one aggregate per edge, within a limit. */
export class EdgeMap<Aggregate> {
  readonly #create: () => Aggregate;
  readonly #limit: number;
  readonly #edges = new Map<string, { readonly edge: Edge; readonly aggregate: Aggregate }>();
  /** Records that belonged to edges beyond the limit. */
  unjudged = 0;

  constructor(create: () => Aggregate, limit = MAX_EDGES) {
    this.#create = create;
    this.#limit = limit;
  }

  /** The aggregate of a record's edge; undefined where there are too many edges. */
  of(record: EdgeRecord): Aggregate | undefined {
    const { own, others } = edgeKeysOf(record);
    const known = this.#edges.get(own);
    if (known !== undefined) return known.aggregate;
    const { clientService, serverService, serverPort } = record;
    return this.#edges.size < this.#limit
      ? this.#add(own, { clientService, serverService, serverPort })
      : this.#ofOthers(others, { clientService: OTHER_CLIENTS, serverService, serverPort });
  }

  #ofOthers(key: string, edge: Edge): Aggregate | undefined {
    const known = this.#edges.get(key);
    if (known !== undefined) return known.aggregate;
    if (this.#edges.size < 2 * this.#limit) return this.#add(key, edge);
    this.unjudged += 1;
    return undefined;
  }

  #add(key: string, edge: Edge): Aggregate {
    const aggregate = this.#create();
    this.#edges.set(key, { edge, aggregate });
    return aggregate;
  }

  /** Every edge with its aggregate; each says so where there were more than the limit. */
  *all(): Iterable<{ readonly edge: Edge; readonly aggregate: Aggregate }> {
    for (const { edge, aggregate } of this.#edges.values()) {
      yield { edge: this.unjudged > 0 ? { ...edge, isLimited: true } : edge, aggregate };
    }
  }
}

/** An edge in words: `orders → payments:8080`. */
export function edgeName({ clientService, serverService, serverPort }: Edge): string {
  const server = serverService.includes(":") ? `[${serverService}]` : serverService;
  return `${clientService} → ${server}:${serverPort}`;
}
