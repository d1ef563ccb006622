import { useCallback, useSyncExternalStore } from "react";

/** The console's whole state stands in the URL, so that a link shows what one sees. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const CHANGED = "weir:location";

function subscribe(notify: () => void): () => void {
  window.addEventListener("popstate", notify);
  window.addEventListener(CHANGED, notify);
  return () => {
    window.removeEventListener("popstate", notify);
    window.removeEventListener(CHANGED, notify);
  };
}

/** Where the console is; renders again when that changes. */
export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => window.location.pathname + window.location.search);
  const [path = "/", search = ""] = href.split("?");
  return { path, query: new URLSearchParams(search) };
}

/** Goes to another place of the console. */
export function go(href: string, replace = false): void {
  if (replace) window.history.replaceState(null, "", href);
  else window.history.pushState(null, "", href);
  window.dispatchEvent(new Event(CHANGED));
}

/** The present query with some parameters changed; undefined or empty removes one. */
export function changedQuery(query: URLSearchParams, changes: Readonly<Record<string, string | undefined>>): string {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  return text === "" ? "" : `?${text}`;
}

/** One parameter of the URL as state. */
export function useParameter(name: string): readonly [string, (value: string | undefined) => void] {
  const { query } = usePlace();
  const set = useCallback(
    (value: string | undefined) => {
      const now = new URLSearchParams(window.location.search);
      go(window.location.pathname + changedQuery(now, { [name]: value }));
    },
    [name],
  );
  return [query.get(name) ?? "", set];
}
