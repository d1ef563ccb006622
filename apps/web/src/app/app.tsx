import { useEffect, useState } from "react";
import { CallPage } from "../features/calls/call-page.tsx";
import { CapturePicker } from "../features/captures/capture-picker.tsx";
import { DropZone } from "../features/captures/drop-zone.tsx";
import { ConnectionPage } from "../features/connections/connection-page.tsx";
import { usePlace } from "../lib/location.ts";
import { Link } from "../widgets/link.tsx";
import { HomePage } from "./home-page.tsx";
import { ShortcutHelp, useShortcuts } from "./shortcuts.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";

/** The shell: header, the page that the URL names, and the place where captures are dropped. */
export function App() {
  const { path } = usePlace();
  const [showsHelp, setShowsHelp] = useState(false);
  useShortcuts(() => setShowsHelp((shown) => !shown));
  useEffect(() => {
    document.title = path === "/" ? "Weir" : "Weir · detail";
  }, [path]);
  return (
    <>
      <header className="bar">
        <Link to="/" className="brand" title="To the first page">
          Weir
        </Link>
        <CapturePicker />
        <span className="spacer" />
        <button type="button" className="quiet" onClick={() => setShowsHelp(true)} title="Keyboard shortcuts">
          ?
        </button>
        <ThemeToggle />
      </header>
      <DropZone />
      <main>
        <Page path={path} />
      </main>
      {showsHelp ? <ShortcutHelp onClose={() => setShowsHelp(false)} /> : null}
    </>
  );
}

function Page({ path }: { readonly path: string }) {
  const [, kind, id] = path.split("/");
  if (kind === "connections" && id !== undefined) return <ConnectionPage connectionId={decodeURIComponent(id)} />;
  if (kind === "calls" && id !== undefined) return <CallPage callId={decodeURIComponent(id)} />;
  return <HomePage />;
}
