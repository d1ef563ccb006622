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

/** Changes some parameters of the present place at once. */
export function changePlace(changes: Readonly<Record<string, string | undefined>>, replace = false): void {
  go(window.location.pathname + changedQuery(new URLSearchParams(window.location.search), changes), replace);
}

/** One parameter of the URL as state. */
export function useParameter(name: string): readonly [string, (value: string | undefined) => void] {
  const { query } = usePlace();
  const set = useCallback((value: string | undefined) => changePlace({ [name]: value }), [name]);
  return [query.get(name) ?? "", set];
}

/** The address of a page, with the capture that is looked at kept. */
export function pageAddress(path: string, changes: Readonly<Record<string, string | undefined>> = {}): string {
  const capture = new URLSearchParams(window.location.search).get("capture") ?? undefined;
  return path + changedQuery(new URLSearchParams(), { capture, ...changes });
}

/** The word if it is one of the known ones, else the fallback: people edit URLs. */
export function oneOf<const Word extends string>(known: readonly Word[], word: string, fallback: Word): Word {
  return known.find((candidate) => candidate === word) ?? fallback;
}

/** The number of a page of a list, from 1. */
export function pageNumber(text: string): number {
  const number = Number(text);
  return Number.isInteger(number) && number > 1 ? number : 1;
}
