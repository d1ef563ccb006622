import { type ReactNode, useEffect, useRef } from "react";

interface DrawerProps {
  readonly label: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A panel over the right side of the page. Esc closes it; the focus goes into it and back. */
export function Drawer({ label, onClose, children }: DrawerProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
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
    <>
      <button type="button" className="drawer-shade" aria-label="Close" tabIndex={-1} onClick={onClose} />
      <aside className="drawer" ref={panel} tabIndex={-1} role="dialog" aria-modal="true" aria-label={label}>
        <button type="button" className="quiet drawer-close" onClick={onClose} aria-label="Close">
          ✕
        </button>
        {children}
      </aside>
    </>
  );
}
