/** An object as the API has it. */
export interface ApiObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly [other: string]: unknown;
  };
  readonly [other: string]: unknown;
}

export interface ApiEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly version: number;
  readonly object: ApiObject;
  /** As it was before; absent where it was not there. */
  readonly before: ApiObject | undefined;
}

/** The objects of one kind with the events since the last compaction; versions are numbers of the whole cluster. */
export class ApiStore {
  readonly kind: string;
  readonly #objects = new Map<string, ApiObject>();
  readonly #listeners = new Set<(event: ApiEvent) => void>();
  #events: ApiEvent[] = [];

  constructor(kind: string) {
    this.kind = kind;
  }

  /** Makes or changes an object. */
  put(object: ApiObject, version: number): ApiObject {
    const { name, namespace = "" } = object.metadata;
    const key = `${namespace}/${name}`;
    const before = this.#objects.get(key);
    const uid = before?.metadata.uid ?? object.metadata.uid ?? `uid-${this.kind}-${name}`;
    const now = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(version) } };
    this.#objects.set(key, now);
    this.#happened({ type: before === undefined ? "ADDED" : "MODIFIED", version, object: now, before });
    return now;
  }

  remove(name: string, namespace: string, version: number): void {
    const key = `${namespace}/${name}`;
    const before = this.#objects.get(key);
    if (before === undefined) throw new Error(`there is no ${this.kind} ${key}`);
    this.#objects.delete(key);
    const object = { ...before, metadata: { ...before.metadata, resourceVersion: String(version) } };
    this.#happened({ type: "DELETED", version, object, before });
  }

  /** Objects in the order of their names, as the server lists them. */
  objects(): [key: string, object: ApiObject][] {
    return [...this.#objects].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Events after a version. */
  since(version: number): readonly ApiEvent[] {
    return this.#events.filter((event) => event.version > version);
  }

  /** Forgets the events so far. */
  compact(): void {
    this.#events = [];
  }

  listen(listener: (event: ApiEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #happened(event: ApiEvent): void {
    this.#events.push(event);
    for (const listener of [...this.#listeners]) listener(event);
  }
}

/** True where an object is of a field selector (`a.b=c`); all are of none. */
export function isSelected(object: ApiObject, selector: string | null): boolean {
  if (selector === null || selector === "") return true;
  return selector.split(",").every((part) => {
    const [path = "", wanted] = part.split("=");
    const value = path
      .split(".")
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], object);
    return String(value ?? "") === wanted;
  });
}
