import { useQuery } from "@tanstack/react-query";
import { api, type ConnectionJson } from "../../lib/api.ts";
import { pageAddress } from "../../lib/location.ts";
import { Link } from "../../widgets/link.tsx";
import { SeveritySign } from "../findings/severity-sign.tsx";

/** Findings about the edge that a connection belongs to, those with it as evidence marked. */
export function ConnectionFindings({ connection }: { readonly connection: ConnectionJson }) {
  const { data } = useQuery({ queryKey: ["findings", ""], queryFn: () => api.findings({ limit: 100 }) });
  const findings = (data?.items ?? []).filter(
    ({ clientService, serverService, serverPort }) =>
      clientService === connection.clientService &&
      serverService === connection.serverService &&
      serverPort === connection.serverPort,
  );
  if (findings.length === 0) return null;
  return (
    <ul className="connection-findings" aria-label="Findings about this edge">
      {findings.map((finding) => (
        <li key={finding.findingId}>
          <SeveritySign severity={finding.severity} isDecided={finding.decided} />
          <Link to={pageAddress("/", { finding: finding.findingId })}>{finding.title}</Link>
          {finding.evidence.connectionIds.includes(connection.connectionId) ? (
            <span className="chip">this connection is evidence</span>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
