import { lazy, Suspense, useEffect, useState } from "react";
import { AgentsPage } from "../features/agents/agents-page.tsx";
import { CallPage } from "../features/calls/call-page.tsx";
import { CapturePicker } from "../features/captures/capture-picker.tsx";
import { DropZone } from "../features/captures/drop-zone.tsx";
import { ConnectionPage } from "../features/connections/connection-page.tsx";
import { LogsPage } from "../features/logs/logs-page.tsx";
import { ProfilesPage } from "../features/profiles/profiles-page.tsx";
import { ReceiversPage } from "../features/receivers/receivers-page.tsx";
import { SessionGate, SignedIn } from "../features/session/session-gate.tsx";
import { FitPage } from "../features/traces/fit/fit-page.tsx";
import { TracePage } from "../features/traces/trace-page.tsx";
import { TracesPage } from "../features/traces/traces-page.tsx";
import { pageAddress, usePlace } from "../lib/location.ts";
import { Link } from "../widgets/link.tsx";
import { Loading } from "../widgets/notice.tsx";
import { HomePage } from "./home-page.tsx";
import { HubState } from "./hub-state.tsx";
import { PageLinks, titleOf } from "./page-links.tsx";
import { ShortcutHelp, useShortcuts } from "./shortcuts.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";
import "./shell.css";

/** With its plots, which no other page needs. */
const ExplorePage = lazy(async () => ({
  default: (await import("../features/explore/explore-page.tsx")).ExplorePage,
}));

/** The shell: header, the page that the URL names, and the place where captures are dropped. */
export function App() {
  const { path } = usePlace();
  const [showsHelp, setShowsHelp] = useState(false);
  useShortcuts(() => setShowsHelp((shown) => !shown));
  useEffect(() => {
    document.title = `Weir: ${titleOf(path)}`;
    window.scrollTo(0, 0);
  }, [path]);
  return (
    <>
      <header className="bar">
        <Link to={pageAddress("/")} className="brand" title="To the findings">
          <Mark />
          Weir
        </Link>
        <PageLinks path={path} />
        <CapturePicker />
        <DropZone />
        <span className="spacer" />
        <HubState />
        <SignedIn />
        <button
          type="button"
          className="quiet"
          onClick={() => setShowsHelp(true)}
          title="Keyboard shortcuts (?)"
          aria-label="Keyboard shortcuts"
        >
          ?
        </button>
        <ThemeToggle />
      </header>
      <main>
        <SessionGate>
          <Page path={path} />
        </SessionGate>
      </main>
      {showsHelp ? <ShortcutHelp onClose={() => setShowsHelp(false)} /> : null}
    </>
  );
}

/** The mark: water over a low dam. */
function Mark() {
  return (
    <svg
      viewBox="0 0 20 20"
      width="20"
      height="20"
      fill="none"
      strokeWidth="2.2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M2 6.5c3.6 0 4.2 3 7.8 3S14.4 7 18 7M2 12.5c3.6 0 4.2 3 7.8 3S14.4 13 18 13" />
    </svg>
  );
}

function Page({ path }: { readonly path: string }) {
  const [, kind, id] = path.split("/");
  if (kind === "connections" && id !== undefined) return <ConnectionPage connectionId={decodeURIComponent(id)} />;
  if (kind === "explore")
    return (
      <Suspense fallback={<Loading what="the page" />}>
        <ExplorePage />
      </Suspense>
    );
  if (kind === "calls" && id !== undefined) return <CallPage callId={decodeURIComponent(id)} />;
  if (kind === "traces" && id === "fit") return <FitPage />;
  if (kind === "traces") return id === undefined ? <TracesPage /> : <TracePage traceId={decodeURIComponent(id)} />;
  if (kind === "logs") return <LogsPage />;
  if (kind === "profiles") return <ProfilesPage />;
  if (kind === "agents") return <AgentsPage />;
  if (kind === "receivers") return <ReceiversPage />;
  return <HomePage />;
}
