import { useQuery } from "@tanstack/react-query";
import type { ConnectionVerdict } from "@weir/http-contract";
import { api } from "../../lib/api.ts";
import { changePlace, useParameter } from "../../lib/location.ts";
import { FailureNotice, Loading, withStop } from "../../widgets/notice.tsx";
import { DecisionPath } from "../findings/decision-path.tsx";
import { VerdictSign } from "./verdict-sign.tsx";
import "./verdicts.css";

/** Packets shown as jumps into the ladder. */
const SHOWN_PACKETS = 16;

/** What the verdict trees say about a connection, each with its walk. The one that is open stands in the URL. */
export function VerdictWalks({ connectionId }: { readonly connectionId: string }) {
  const [chosen, choose] = useParameter("verdict");
  const { data, error, refetch } = useQuery({
    queryKey: ["verdicts", connectionId],
    queryFn: () => api.verdicts(connectionId),
  });
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="verdicts" rows={3} />;
  if (data.items.length === 0) return null;
  const open = chosen === "" ? worstOf(data.items) : chosen;
  return (
    <section aria-label="Verdicts">
      <div className="section-head">
        <h2>Verdicts</h2>
        <p className="dim">Three decision trees, run on this connection alone. Open one for its walk.</p>
      </div>
      <ul className="verdicts card">
        {data.items.map((verdict) => (
          <Verdict
            key={verdict.tree}
            verdict={verdict}
            isOpen={verdict.tree === open}
            onToggle={() => choose(verdict.tree === open ? "none" : verdict.tree)}
          />
        ))}
      </ul>
    </section>
  );
}

/** The tree that is open at first: the last that found trouble, since what comes late rests on what comes early. */
function worstOf(verdicts: readonly ConnectionVerdict[]): string {
  const bad = (kind: ConnectionVerdict["kind"]) => verdicts.findLast((verdict) => verdict.kind === kind)?.tree;
  return bad("trouble") ?? bad("undecided") ?? "none";
}

interface VerdictProps {
  readonly verdict: ConnectionVerdict;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function Verdict({ verdict, isOpen, onToggle }: VerdictProps) {
  const { tree, question, kind, title, meaning } = verdict;
  const bodyId = `verdict-${tree}`;
  return (
    <li className={kind}>
      <button
        type="button"
        className="verdict-head"
        aria-expanded={isOpen}
        aria-controls={bodyId}
        data-testid={bodyId}
        onClick={onToggle}
      >
        <VerdictSign kind={kind} />
        <span className="verdict-question">{question}</span>
        <strong className="verdict-title">{title}</strong>
        <span className="verdict-meaning">{meaning}</span>
        <span className="verdict-fold" aria-hidden="true">
          {isOpen ? "▾" : "▸"}
        </span>
      </button>
      {isOpen ? <Walk id={bodyId} verdict={verdict} /> : null}
    </li>
  );
}

function Walk({ id, verdict }: { readonly id: string; readonly verdict: ConnectionVerdict }) {
  const { steps, advice, refutedBy, refuted, open, because, packets } = verdict;
  return (
    <div className="verdict-walk" id={id}>
      <div>
        <h3>How it was decided</h3>
        <DecisionPath steps={steps} />
      </div>
      <div>
        {advice === "" ? null : (
          <div className="verdict-advice">
            <h3>Do next</h3>
            <p>{withStop(advice)}</p>
          </div>
        )}
        {open.length === 0 ? null : (
          <>
            <h3>Cannot tell</h3>
            {because.length === 0 ? null : <p>Because {withStop(because.join("; "))}</p>}
            <Outcomes outcomes={open} className="open" />
          </>
        )}
        {refuted.length === 0 ? null : (
          <>
            <h3>Ruled out</h3>
            <Outcomes outcomes={refuted} className="refuted" />
          </>
        )}
        {refutedBy === "" ? null : (
          <>
            <h3>What would refute it</h3>
            <p>{withStop(refutedBy.charAt(0).toUpperCase() + refutedBy.slice(1))}</p>
          </>
        )}
        <Packets packets={packets} />
      </div>
    </div>
  );
}

interface OutcomesProps {
  readonly outcomes: ConnectionVerdict["open"];
  readonly className: string;
}

function Outcomes({ outcomes, className }: OutcomesProps) {
  const titles = [...new Set(outcomes.map(({ title }) => title))];
  return (
    <ul className={`outcomes ${className}`}>
      {titles.map((title) => (
        <li key={title}>{title}</li>
      ))}
    </ul>
  );
}

/** The packets that show it, each a jump into the ladder below. */
function Packets({ packets }: { readonly packets: readonly number[] }) {
  if (packets.length === 0) return null;
  const more = packets.length - SHOWN_PACKETS;
  return (
    <>
      <h3>Packets</h3>
      <p className="verdict-packets">
        {packets.slice(0, SHOWN_PACKETS).map((packet) => (
          <button
            key={packet}
            type="button"
            className="chip"
            onClick={() => changePlace({ packet: String(packet) }, true)}
          >
            {packet}
          </button>
        ))}
        {more > 0 ? <span className="dim">and {more} more</span> : null}
      </p>
    </>
  );
}
