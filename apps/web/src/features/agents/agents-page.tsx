import { useQuery } from "@tanstack/react-query";
import { formatBytes, formatCount, formatDurationNs, formatRatio } from "@weir/base";
import type { AgentView } from "@weir/http-contract";
import { api, type CaptureJson } from "../../lib/api.ts";
import { clockText } from "../../lib/time-text.ts";
import { FailureNotice, Loading, Nothing } from "../../widgets/notice.tsx";
import { AgentControlState } from "../agent-control/agent-control-state.tsx";
import { ControlPanel, useAgentConfig } from "../agent-control/control-panel.tsx";
import {
  abilityWords,
  costWords,
  cpuPartWords,
  cpuRatio,
  dropsShown,
  profilesWords,
  sheddingWords,
} from "./agent-words.ts";
import { ClusterState } from "./cluster-state.tsx";
import { PacketHistory } from "./packet-history.tsx";
import "./agents.css";

const ASK_EVERY_MS = 3_000;
const NS_PER_MS = 1e6;

/** The agents that send here: what each can do, what it has seen, and what it lost. */
export function AgentsPage() {
  const { data, error, refetch } = useQuery({
    queryKey: ["agents"],
    queryFn: api.agents,
    refetchInterval: ASK_EVERY_MS,
  });
  const { data: config } = useAgentConfig();
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the agents" />;
  return (
    <section aria-label="Agents">
      <div className="section-head">
        <h1>Agents</h1>
        <span className="dim">what watches hosts and sends here, since the hub started</span>
      </div>
      {data.kubernetes === undefined ? null : (
        <div className="card">
          The hub follows a cluster, for captures and for agents:
          <ClusterState cluster={data.kubernetes} nowMs={Date.now()} />
        </div>
      )}
      <ControlPanel />
      {data.items.length === 0 ? (
        <div className="card">
          <Nothing>
            No agent has reported. On a Linux host: <code>weir agent --hub {window.location.origin}</code>
          </Nothing>
        </div>
      ) : (
        <div className="card scroll">
          <table aria-label="agents" className="agents">
            <thead>
              <tr>
                <th scope="col">Agent</th>
                <th scope="col">Abilities</th>
                <th scope="col">Configuration</th>
                <th scope="col" className="number">
                  Packets
                </th>
                <th scope="col" className="number">
                  Not captured
                </th>
                <th scope="col">Dropped by the kernel</th>
                <th scope="col" className="number">
                  Open connections
                </th>
                <th scope="col">Packets kept</th>
                <th scope="col">Waits to be sent</th>
                <th scope="col" className="number">
                  Clock
                </th>
                <th scope="col" className="number">
                  CPU
                </th>
                <th scope="col" className="number">
                  Memory
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((agent) => (
                <Row key={agent.agentId} agent={agent} wanted={config?.version} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ agent, wanted }: { readonly agent: AgentView; readonly wanted: number | undefined }) {
  const { agentId, isConnected, lastSeenAt, version, abilities, shedding, openConnections, rssBytes } = agent;
  // The contract knows a record's fields only by the model's list.
  const capture = agent.capture as CaptureJson | undefined;
  const droppedPackets = capture?.droppedPackets ?? 0;
  return (
    <tr data-testid="agent-row">
      <td>
        {agentId}
        {isConnected ? (
          <span className="dim"> {version}</span>
        ) : (
          <span className="bad"> silent since {clockText(lastSeenAt)}</span>
        )}
        {shedding === "nothing" ? null : <div className="warn">{sheddingWords(shedding)}</div>}
      </td>
      <td>
        {abilities.map(({ name, has, why, cost }) => (
          <div key={name} className={has ? undefined : "dim"} title={why}>
            {has ? "✓" : "✗"} {abilityWords(name)}
            {has ? null : <span className="example">{why}</span>}
            {cost === undefined ? null : <span className="example">{costWords(cost)}</span>}
          </div>
        ))}
        {agent.profiles === undefined ? null : (
          <div>
            Profiles <span className="example">{profilesWords(agent.profiles)}</span>
          </div>
        )}
        {agent.kubernetes === undefined ? null : (
          <ClusterState cluster={agent.kubernetes} nowMs={Date.parse(lastSeenAt)} />
        )}
      </td>
      <td>
        <AgentControlState agent={agent} wanted={wanted} />
      </td>
      <td className="number">{formatCount(capture?.packets ?? 0)}</td>
      <td className={droppedPackets > 0 ? "number warn" : "number"}>{formatCount(droppedPackets)}</td>
      <td>
        {dropsShown(agent.drops).map(({ kind, reason, place, packets }) => (
          <div key={`${reason} ${place}`} title={`in ${place}`}>
            {formatCount(packets)} {kind} <span className="example">{reason}</span>
          </div>
        ))}
      </td>
      <td className="number">{formatCount(openConnections)}</td>
      <td>
        <PacketHistory agent={agent} />
      </td>
      <td>
        <Waiting waiting={agent.waiting} />
      </td>
      <td className="number">
        {agent.clock === undefined ? (
          "–"
        ) : (
          <span title="The hub's clock minus the agent's">{clockOffset(agent.clock)}</span>
        )}
      </td>
      <td className="number cpu">
        <Cpu agent={agent} />
      </td>
      <td className="number">{formatBytes(rssBytes)}</td>
    </tr>
  );
}

/** What the agent uses of a processor in user space, and which of its threads; what its programs take in the kernel stands with its abilities. */
function Cpu({ agent: { cpuNs, cpuParts } }: { readonly agent: AgentView }) {
  const ratio = cpuRatio(cpuParts);
  return (
    <>
      <span title={`Of one processor in the last minute; ${formatDurationNs(cpuNs)} since it started`}>
        {ratio === undefined ? formatDurationNs(cpuNs) : formatRatio(ratio)}
      </span>
      {cpuParts.map((part) => (
        <div key={part.part} className="example" title={`${formatDurationNs(part.cpuNs)} since it started`}>
          {cpuPartWords(part)}
        </div>
      ))}
    </>
  );
}

function clockOffset({ offsetNs }: NonNullable<AgentView["clock"]>): string {
  return `${offsetNs < 0 ? "−" : "+"}${formatDurationNs(Math.abs(offsetNs))}`;
}

function Waiting({ waiting }: Pick<AgentView, "waiting">) {
  const { batches, bytes, droppedRecords, oldestMs } = waiting;
  return (
    <>
      {batches === 0 ? (
        <span className="dim">nothing</span>
      ) : (
        `${formatCount(batches)} batches (${formatBytes(bytes)}), for ${formatDurationNs(oldestMs * NS_PER_MS)}`
      )}
      {droppedRecords === 0 ? null : <div className="bad">{formatCount(droppedRecords)} records lost</div>}
    </>
  );
}
