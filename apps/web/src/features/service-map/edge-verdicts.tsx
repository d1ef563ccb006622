import { formatCount } from "@weir/base";
import type { CountedOutcome, MapEdge } from "@weir/http-contract";
import { edgeFilter } from "../../lib/filter-text.ts";
import { changePlace } from "../../lib/location.ts";
import { VerdictSign } from "../connections/verdict-sign.tsx";
import "../connections/verdicts.css";

/** Fields of a connection that hold the outcomes, by tree. */
const TREES = [
  ["failing", "failingVerdict", "Did they fail?"],
  ["slow", "slowVerdict", "Were they slow?"],
  ["handshake", "handshakeVerdict", "Handshakes"],
] as const;

interface EdgeVerdictsProps {
  readonly edge: MapEdge;
  /** True where the edge is chosen: then each outcome leads to its connections. */
  readonly isChosen: boolean;
}

/** What the verdict trees say about an edge's connections: how many arrived where. */
export function EdgeVerdicts({ edge, isChosen }: EdgeVerdictsProps) {
  if (edge.verdicts.length === 0) return null;
  return (
    <dl className="edge-verdicts">
      {TREES.map(([tree, field, question]) => (
        <div key={tree}>
          <dt>{question}</dt>
          <dd>
            {edge.verdicts
              .filter((outcome) => outcome.tree === tree)
              .map((outcome) => (
                <Outcome key={outcome.outcome} outcome={outcome} field={field} edge={edge} isChosen={isChosen} />
              ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface OutcomeProps extends EdgeVerdictsProps {
  readonly outcome: CountedOutcome;
  readonly field: string;
}

function Outcome({ outcome, field, edge, isChosen }: OutcomeProps) {
  const { kind, title, connections } = outcome;
  const text = (
    <>
      <VerdictSign kind={kind} /> {formatCount(connections)} {title}
    </>
  );
  if (!isChosen) return <span className="edge-outcome">{text}</span>;
  const filter = `${edgeFilter(edge)} && connection.${field} == ${JSON.stringify(outcome.outcome)}`;
  return (
    <button
      type="button"
      className="chip edge-outcome"
      title="Show these connections"
      onClick={() => changePlace({ filter, tab: undefined, page: undefined })}
    >
      {text}
    </button>
  );
}
