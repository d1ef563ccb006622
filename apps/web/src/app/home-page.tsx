import { CallTable } from "../features/calls/call-table.tsx";
import { useHasCaptures } from "../features/captures/use-captures.ts";
import { ConnectionTable } from "../features/connections/connection-table.tsx";
import { FilterBar } from "../features/filter/filter-bar.tsx";
import { FindingList } from "../features/findings/finding-list.tsx";
import { ServiceMapView } from "../features/service-map/service-map-view.tsx";
import { changePlace, useParameter } from "../lib/location.ts";

/** The first page: what is wrong, then where, then the traffic itself. */
export function HomePage() {
  const captures = useHasCaptures();
  const [tab] = useParameter("tab");
  if (captures === "none") return <EmptyState />;
  const showsCalls = tab === "calls";
  const show = (next: string | undefined) => changePlace({ tab: next, page: undefined });
  return (
    <>
      <FindingList />
      <ServiceMapView />
      <section aria-label="Traffic" className="traffic">
        <div className="section-head">
          <h1>The traffic</h1>
        </div>
        <FilterBar />
        <div className="tabs" role="tablist" aria-label="What to list">
          <button type="button" role="tab" aria-selected={!showsCalls} onClick={() => show(undefined)}>
            Connections
          </button>
          <button type="button" role="tab" aria-selected={showsCalls} onClick={() => show("calls")}>
            Calls
          </button>
        </div>
        {showsCalls ? <CallTable /> : <ConnectionTable />}
      </section>
    </>
  );
}

function EmptyState() {
  return (
    <section className="empty">
      <div className="empty-drop">
        <svg
          viewBox="0 0 48 48"
          width="48"
          height="48"
          fill="none"
          strokeWidth="2.5"
          strokeLinecap="round"
          strokeLinejoin="round"
          aria-hidden="true"
        >
          <path d="M24 6v24M15 21l9 9 9-9M6 34v6a2 2 0 0 0 2 2h32a2 2 0 0 0 2-2v-6" />
        </svg>
        <h1>Drop a capture here</h1>
        <p>pcap, pcapng or snoop, also gzip or zstd. Anywhere on this page, or with “Add captures” above.</p>
        <p>From a terminal:</p>
        <pre>weir read capture.pcap --into {window.location.origin}</pre>
      </div>
    </section>
  );
}
