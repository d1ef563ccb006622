import { useEffect } from "react";
import { changePlace, go, pageAddress } from "../lib/location.ts";

const SHORTCUTS: readonly (readonly [readonly string[], string])[] = [
  [["/"], "write a filter"],
  [["j", "k"], "next, previous row"],
  [["Enter"], "open the row"],
  [["←", "→"], "fold, unfold a span"],
  [["Esc"], "close, clear, go back"],
  [["?"], "show this"],
];

const ROWS = "[data-row]";

/** Keys that work everywhere; inside a text field they are text. */
export function useShortcuts(toggleHelp: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || isWriting(event.target)) return;
      const act = ACTIONS[event.key];
      if (event.key === "?") toggleHelp();
      else if (act !== undefined) act(event);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [toggleHelp]);
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");
}

const ACTIONS: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
  "/": (event) => {
    event.preventDefault();
    document.querySelector<HTMLInputElement>("[data-filter]")?.focus();
  },
  j: () => moveFocus(1),
  k: () => moveFocus(-1),
  Escape: goBack,
};

/** From a detail page to the first one; on the first page, the filter and the open finding are let go. */
function goBack(): void {
  const { pathname } = window.location;
  if (pathname.startsWith("/traces/")) go(pageAddress("/traces"));
  else if (pathname !== "/") go(pageAddress("/"));
  else if (/[?&](filter|finding|packet)=/.test(window.location.search))
    changePlace({ filter: undefined, finding: undefined, page: undefined });
}

function moveFocus(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

/** What keys there are. */
export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopImmediatePropagation();
      onClose();
    };
    window.addEventListener("keydown", onKey, true);
    return () => window.removeEventListener("keydown", onKey, true);
  }, [onClose]);
  return (
    <dialog open className="help" aria-label="Keyboard shortcuts">
      <h2>Keys</h2>
      <dl>
        {SHORTCUTS.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
