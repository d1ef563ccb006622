import { useQuery } from "@tanstack/react-query";
import { formatDurationNs, formatEndpoint } from "@weir/base";
import { api } from "../../lib/api.ts";
import { GradeBadge } from "../../widgets/grade.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { CallTable } from "../calls/call-table.tsx";
import { LadderView } from "../ladder/ladder-view.tsx";
import { HealthNumbers } from "./health-numbers.tsx";

/** One connection: its health, its packets, its calls. */
export function ConnectionPage({ connectionId }: { readonly connectionId: string }) {
  const { data: connection, error } = useQuery({
    queryKey: ["connection", connectionId],
    queryFn: () => api.connection(connectionId),
  });
  if (error !== null) return <FailureNotice error={error} />;
  if (connection === undefined) return <Loading what="the connection" />;
  return (
    <article>
      <h1>
        {connection.clientService} → {formatEndpoint(connection.serverService, connection.serverPort)}{" "}
        <span className="dim">
          {connection.transport} {connection.streamNumber}
        </span>
      </h1>
      <p>
        {formatEndpoint(connection.clientAddress, connection.clientPort)} →{" "}
        {formatEndpoint(connection.serverAddress, connection.serverPort)}, {connection.protocol || "unknown protocol"},{" "}
        {connection.startedAt.slice(0, 23).replace("T", " ")} UTC for {formatDurationNs(connection.durationNs)}, ended:{" "}
        {connection.closeReason} <GradeBadge grade={connection.grade} reasons={connection.gradeReasons} />
      </p>
      <p>
        <a className="button" href={api.packetsUrl(connectionId)} download data-testid="download-packets">
          Download these packets
        </a>
      </p>
      <HealthNumbers connection={connection} />
      <LadderView connectionId={connectionId} client={connection.clientService} server={connection.serverService} />
      <h2>Calls</h2>
      <CallTable connectionId={connectionId} />
    </article>
  );
}
