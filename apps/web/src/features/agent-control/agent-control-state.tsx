import type { AgentView } from "@weir/http-contract";
import { settingsWords, stateWords } from "./control-words.ts";

/** What an agent does of what its hub says: which version, what comes out of it here, and why it did not take another. */
export function AgentControlState({
  agent,
  wanted,
}: {
  readonly agent: AgentView;
  readonly wanted: number | undefined;
}) {
  const { control } = agent;
  if (control === undefined || wanted === undefined) return <span className="dim">–</span>;
  const { text, isBehind } = stateWords(control, wanted);
  return (
    <div data-testid="agent-control-state">
      <span className={isBehind ? "warn" : undefined}>{text}</span>
      {settingsWords(control.settings).map((words) => (
        <span key={words} className="example">
          {words}
        </span>
      ))}
      {control.rules.length === 0 ? null : <span className="example">temporary rules: {control.rules.length}</span>}
      {control.refused === undefined ? null : (
        <span className="example bad">
          {control.refused.version === undefined ? "not taken" : `version ${control.refused.version} not taken`}:{" "}
          {control.refused.why}
        </span>
      )}
    </div>
  );
}
