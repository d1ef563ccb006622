import type { Call, Connection } from "@weir/model";

/** One service asking another on a port. */
export interface Edge {
  readonly clientService: string;
  readonly serverService: string;
  readonly serverPort: number;
  /** True where further edges were not judged, so that a cause may be missing. */
  readonly isLimited?: boolean;
}

/** Edges that one detector follows at most; traffic on further ones is counted as not judged. */
const MAX_EDGES = 20_000;

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
  of(record: Connection | Call): Aggregate | undefined {
    const { clientService, serverService, serverPort } = record;
    const key = `${clientService}\t${serverService}\t${serverPort}`;
    const known = this.#edges.get(key);
    if (known !== undefined) return known.aggregate;
    if (this.#edges.size >= this.#limit) {
      this.unjudged += 1;
      return undefined;
    }
    const aggregate = this.#create();
    this.#edges.set(key, { edge: { clientService, serverService, serverPort }, aggregate });
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
