import type { Call, Connection } from "@weir/model";

/** One service asking another on a port. */
export interface Edge {
  readonly clientService: string;
  readonly serverService: string;
  readonly serverPort: number;
}

/** Edges that one detector follows at most; traffic on further ones is counted as not judged. */
const MAX_EDGES = 20_000;

/** Keeps one aggregate per edge, within a limit. */
export class EdgeMap<Aggregate> {
  readonly #create: () => Aggregate;
  readonly #edges = new Map<string, { readonly edge: Edge; readonly aggregate: Aggregate }>();
  /** Records that belonged to edges beyond the limit. */
  unjudged = 0;

  constructor(create: () => Aggregate) {
    this.#create = create;
  }

  /** The aggregate of a record's edge; undefined where there are too many edges. */
  of(record: Connection | Call): Aggregate | undefined {
    const { clientService, serverService, serverPort } = record;
    const key = `${clientService} ${serverService} ${serverPort}`;
    const known = this.#edges.get(key);
    if (known !== undefined) return known.aggregate;
    if (this.#edges.size >= MAX_EDGES) {
      this.unjudged += 1;
      return undefined;
    }
    const aggregate = this.#create();
    this.#edges.set(key, { edge: { clientService, serverService, serverPort }, aggregate });
    return aggregate;
  }

  all(): Iterable<{ readonly edge: Edge; readonly aggregate: Aggregate }> {
    return this.#edges.values();
  }
}

/** An edge in words: `orders → payments:8080`. */
export function edgeName({ clientService, serverService, serverPort }: Edge): string {
  const server = serverService.includes(":") ? `[${serverService}]` : serverService;
  return `${clientService} → ${server}:${serverPort}`;
}
