import { CallTable } from "../features/calls/call-table.tsx";
import { useHasCaptures } from "../features/captures/use-captures.ts";
import { ConnectionTable } from "../features/connections/connection-table.tsx";
import { FilterBar } from "../features/filter/filter-bar.tsx";
import { FindingList } from "../features/findings/finding-list.tsx";
import { ServiceMapView } from "../features/service-map/service-map-view.tsx";
import { useParameter } from "../lib/location.ts";

/** The first page: what is wrong, then where, then the traffic itself. */
export function HomePage() {
  const captures = useHasCaptures();
  const [tab, setTab] = useParameter("tab");
  if (captures === "none") return <EmptyState />;
  const showsCalls = tab === "calls";
  return (
    <>
      <FindingList />
      <ServiceMapView />
      <section aria-label="Traffic">
        <FilterBar />
        <div className="tabs" role="tablist">
          <button type="button" role="tab" aria-selected={!showsCalls} onClick={() => setTab(undefined)}>
            Connections
          </button>
          <button type="button" role="tab" aria-selected={showsCalls} onClick={() => setTab("calls")}>
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
      <h1>Nothing captured yet</h1>
      <p>Drop a capture file anywhere on this page, choose one above, or send one from a terminal:</p>
      <pre>npx weir read capture.pcap --into {window.location.origin}</pre>
    </section>
  );
}
