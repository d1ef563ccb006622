/** What a request asks of Elasticsearch. */
export interface Endpoint {
  readonly operation: string;
  readonly index: string | undefined;
}

/** Endpoints that have names of their own before a further word: `_cluster/health` is `cluster.health`. */
const GROUPS: ReadonlySet<string> = new Set([
  "cat",
  "ccr",
  "cluster",
  "data_stream",
  "enrich",
  "eql",
  "ilm",
  "ingest",
  "license",
  "ml",
  "nodes",
  "security",
  "snapshot",
  "sql",
  "tasks",
  "transform",
  "watcher",
]);
/** What a document is asked, by method. */
const DOCUMENT: Readonly<Record<string, string>> = {
  GET: "get",
  HEAD: "exists",
  PUT: "index",
  POST: "index",
  DELETE: "delete",
};
/** What an index itself is asked. */
const INDEX: Readonly<Record<string, string>> = {
  GET: "indices.get",
  HEAD: "indices.exists",
  PUT: "indices.create",
  DELETE: "indices.delete",
};
/** Endpoints that are called otherwise than their path. */
const NAMES: Readonly<Record<string, string>> = {
  _doc: "",
  _create: "create",
  _pit: "open_point_in_time",
  _mapping: "indices.mapping",
  _mappings: "indices.mapping",
  _settings: "indices.settings",
  _alias: "indices.alias",
  _aliases: "indices.aliases",
  _refresh: "indices.refresh",
  _flush: "indices.flush",
  _stats: "indices.stats",
  _forcemerge: "indices.forcemerge",
};

/** Endpoint and index of a path: the first part that begins with `_` names the endpoint, what stands before it the index. */
export function endpointOf(method: string, path: string): Endpoint {
  const parts =
    path
      .split("?")[0]
      ?.split("/")
      .filter((part) => part !== "") ?? [];
  const at = parts.findIndex((part) => part.startsWith("_") && part !== "_all");
  const index = at === 0 ? undefined : parts[0];
  if (parts.length === 0) return { operation: method === "HEAD" ? "ping" : "info", index: undefined };
  const word = parts[at];
  if (word === undefined) return { operation: INDEX[method] ?? "unknown", index };
  if (word === "_doc") return { operation: DOCUMENT[method] ?? "unknown", index };
  const name = word.slice(1);
  if (!/^[a-z_]{2,30}$/.test(name)) return { operation: "unknown", index };
  const next = parts[at + 1];
  if (GROUPS.has(name) && next !== undefined && /^[a-z_]+$/.test(next))
    return { operation: `${name}.${next.replace(/^_/, "")}`, index };
  return { operation: NAMES[word] ?? name, index };
}
