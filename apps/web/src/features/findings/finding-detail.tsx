import type { FindingJson } from "../../lib/api.ts";
import { GradeBadge } from "../../widgets/grade.tsx";
import { Link } from "../../widgets/link.tsx";

const SIGN = { taken: "✔", ruledOut: "✘", cannotTell: "?" } as const;
const WORD = { taken: "yes", ruledOut: "no, ruled out", cannotTell: "cannot tell" } as const;

/** Why it is believed: the path through the decision tree, the evidence, what to do, what would refute it. */
export function FindingDetail({ finding }: { readonly finding: FindingJson }) {
  return (
    <div className="finding-detail">
      <p>{finding.summary}</p>
      <ol className="steps" aria-label="Decision path">
        {finding.steps.map((step) => (
          <li key={step.question} className={step.outcome}>
            <span aria-hidden="true">{SIGN[step.outcome]}</span> {step.question} <strong>{WORD[step.outcome]}</strong>
            <div className="dim">
              {step.measured}, held against {step.threshold}
            </div>
          </li>
        ))}
      </ol>
      <p>
        <strong>Do:</strong> {finding.advice}.
      </p>
      <p className="dim">
        <strong>Refuted by:</strong> {finding.refutedBy}.
      </p>
      <EvidenceLinks finding={finding} />
      <p className="dim">
        <code>{finding.rule}</code> <GradeBadge grade={finding.grade} reasons={finding.gradeReasons} />
      </p>
    </div>
  );
}

function EvidenceLinks({ finding }: { readonly finding: FindingJson }) {
  const { evidence } = finding;
  const edge = `client.service == ${JSON.stringify(finding.clientService)} && server.service == ${JSON.stringify(finding.serverService)} && server.port == ${finding.serverPort}`;
  return (
    <p className="evidence">
      <strong>Evidence:</strong>{" "}
      {evidence.connectionIds.map((connectionId, index) => (
        <Link key={connectionId} to={`/connections/${encodeURIComponent(connectionId)}`} className="chip">
          {evidence.streams[index] ?? "connection"}
        </Link>
      ))}
      {evidence.connectionCount > evidence.connectionIds.length ? (
        <span className="dim">of {evidence.connectionCount} connections </span>
      ) : null}
      {evidence.callCount > 0 ? <span className="dim">{evidence.callCount} calls </span> : null}
      {evidence.packets.length > 0 ? (
        <span className="dim">packets {evidence.packets.slice(0, 12).join(", ")} </span>
      ) : null}
      <Link to={`/?filter=${encodeURIComponent(edge)}&capture=${finding.captureId}`} className="chip">
        all traffic of this edge
      </Link>
    </p>
  );
}
