import { formatCount } from "@weir/base";
import type { CountedOutcome, MapEdge } from "@weir/http-contract";
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
  /** Selects the edge's traffic; empty where nothing does. */
  readonly filter: string;
}

/** What the verdict trees say about an edge's connections: how many arrived where. */
export function EdgeVerdicts({ edge, isChosen, filter }: EdgeVerdictsProps) {
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
                <Outcome key={outcome.outcome} outcome={outcome} field={field} isChosen={isChosen} filter={filter} />
              ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface OutcomeProps extends Omit<EdgeVerdictsProps, "edge"> {
  readonly outcome: CountedOutcome;
  readonly field: string;
}

function Outcome({ outcome, field, isChosen, filter: edgeFilter }: OutcomeProps) {
  const { kind, title, connections } = outcome;
  const text = (
    <>
      <VerdictSign kind={kind} /> {formatCount(connections)} {title}
    </>
  );
  if (!isChosen) return <span className="edge-outcome">{text}</span>;
  const arrived = `connection.${field} == ${JSON.stringify(outcome.outcome)}`;
  const filter = edgeFilter === "" ? arrived : `${edgeFilter} && ${arrived}`;
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
