import { useQuery } from "@tanstack/react-query";
import type { ControlView } from "@weir/http-contract";
import { api } from "../../lib/api.ts";
import { FailureNotice } from "../../widgets/notice.tsx";
import { settingsWords } from "./control-words.ts";
import { RuleForm } from "./rule-form.tsx";
import { RuleRow } from "./rule-row.tsx";
import "./agent-control.css";

const ASK_EVERY_MS = 3_000;

/** What the hub tells its agents to do; asked for anew every few seconds. */
export function useAgentConfig() {
  return useQuery({ queryKey: ["agentConfig"], queryFn: api.agentConfig, refetchInterval: ASK_EVERY_MS });
}

/** What all agents are told to do, and what is otherwise for one edge for a while. */
export function ControlPanel() {
  const { data, error, refetch } = useAgentConfig();
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  return (
    <div className="card agent-control" data-testid="agent-control">
      <Configuration control={data} />
      <ul aria-label="temporary rules">
        {data.rules.map((rule) => (
          <RuleRow key={rule.ruleId} rule={rule} />
        ))}
      </ul>
      <RuleForm />
    </div>
  );
}

function Configuration({ control: { version, config, file, keyId } }: { readonly control: ControlView }) {
  const { agents, ...all } = config;
  const own = Object.keys(agents).length;
  const words = [...settingsWords(all), ...(own === 0 ? [] : [`${own} agents otherwise`])];
  return (
    <p>
      <strong>Configuration version {version}</strong>{" "}
      <span className="dim" title={`Signed with the key ${keyId}`}>
        {file === undefined ? "set over the API or with weir agents config set" : `from ${file}`}
      </span>
      : {words.length === 0 ? "agents do what they were started with" : words.join(", ")}
    </p>
  );
}
