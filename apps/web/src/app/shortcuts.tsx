import { useEffect } from "react";
import { go } from "../lib/location.ts";

const SHORTCUTS: readonly (readonly [string, string])[] = [
  ["/", "write a filter"],
  ["j, k", "next, previous row"],
  ["Enter", "open the row"],
  ["Esc", "back to the first page, or close this"],
  ["?", "show this"],
];

const ROWS = "[data-row]";

/** Keys that work everywhere; inside a text field they are text. */
export function useShortcuts(toggleHelp: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const isWriting = target.matches("input, textarea, select");
      if (isWriting || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.key === "/") {
        event.preventDefault();
        document.querySelector<HTMLInputElement>("[data-filter]")?.focus();
      } else if (event.key === "?") toggleHelp();
      else if (event.key === "j" || event.key === "k") moveFocus(event.key === "j" ? 1 : -1);
      else if (event.key === "Escape" && window.location.pathname !== "/") go("/");
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [toggleHelp]);
}

function moveFocus(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.focus();
}

/** What keys there are. */
export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") onClose();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [onClose]);
  return (
    <dialog open className="help" aria-label="Keyboard shortcuts">
      <h2>Keys</h2>
      <dl>
        {SHORTCUTS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
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
