import { useQuery } from "@tanstack/react-query";
import { formatEndpoint } from "@weir/base";
import { api, type ConnectionJson } from "../../lib/api.ts";
import { edgeFilter } from "../../lib/filter-text.ts";
import { changePlace, pageAddress, useParameter } from "../../lib/location.ts";
import { momentText } from "../../lib/time-text.ts";
import { GradeSentence } from "../../widgets/grade.tsx";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { CallDrawer } from "../calls/call-page.tsx";
import { CallTable } from "../calls/call-table.tsx";
import { LadderView } from "../ladder/ladder-view.tsx";
import { ConnectionEnds } from "./connection-ends.tsx";
import { ConnectionFindings } from "./connection-findings.tsx";
import { HealthNumbers } from "./health-numbers.tsx";
import { ThroughputPlot } from "./throughput-plot.tsx";
import { VerdictWalks } from "./verdict-walks.tsx";
import { VitalSigns } from "./vital-signs.tsx";
import "./connections.css";

const closeCall = () => changePlace({ call: undefined });

/** One connection: its health, its packets, its calls. */
export function ConnectionPage({ connectionId }: { readonly connectionId: string }) {
  const [call] = useParameter("call");
  const {
    data: connection,
    error,
    refetch,
  } = useQuery({
    queryKey: ["connection", connectionId],
    queryFn: () => api.connection(connectionId),
  });
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (connection === undefined) return <Loading what="the connection" rows={8} />;
  return (
    <article>
      <Head connection={connection} />
      <VitalSigns connection={connection} />
      <ConnectionFindings connection={connection} />
      <VerdictWalks connectionId={connectionId} />
      <ThroughputPlot connection={connection} />
      <LadderView connection={connection} />
      <section aria-label="Calls on this connection">
        <div className="section-head">
          <h2>Calls</h2>
        </div>
        <CallTable connectionId={connectionId} />
      </section>
      <ConnectionEnds connection={connection} />
      <HealthNumbers connection={connection} />
      {call === "" ? null : <CallDrawer callId={call} onClose={closeCall} />}
    </article>
  );
}

function Head({ connection }: { readonly connection: ConnectionJson }) {
  const { connectionId, clientService, serverService, serverPort, transport, streamNumber } = connection;
  return (
    <header className="page-head">
      <p className="crumbs">
        <Link to={pageAddress("/")}>Findings</Link> /{" "}
        <Link to={pageAddress("/", { filter: edgeFilter(connection) })}>
          {clientService} → {formatEndpoint(serverService, serverPort)}
        </Link>{" "}
        / connection
      </p>
      <div className="page-head-row">
        <div>
          <h1>
            {clientService} → {formatEndpoint(serverService, serverPort)}{" "}
            <span className="dim">
              {transport} {streamNumber}
            </span>
          </h1>
          <div className="facts-line">
            <span>
              {formatEndpoint(connection.clientAddress, connection.clientPort)} →{" "}
              {formatEndpoint(connection.serverAddress, connection.serverPort)}
            </span>
            <span>{connection.protocol === "" ? "protocol not recognised" : connection.protocol}</span>
            {connection.tlsServerName === undefined ? null : <span>for {connection.tlsServerName}</span>}
            {connection.tunnel === "" ? null : <span>in {connection.tunnel}</span>}
            <span>{momentText(connection.startedAt)}</span>
            <GradeSentence grade={connection.grade} reasons={connection.gradeReasons} />
          </div>
        </div>
        <a className="button" href={api.packetsUrl(connectionId)} download data-testid="download-packets">
          Download these packets
        </a>
      </div>
    </header>
  );
}
