import { type AnalysisConfig, ConnectionJudge, rankFindings } from "@weir/analysis";
import { parseUnixNs, WeirError } from "@weir/base";
import { ROUTES, type RouteName } from "@weir/http-contract";
import {
  type Connection,
  captureRecord,
  connectionRecord,
  type Finding,
  findingRecord,
  toJsonRecord,
} from "@weir/model";
import {
  notFound,
  type QueryRunner,
  readEdgeFlows,
  readEdges,
  type Scope,
  type SqlRunner,
  type Store,
} from "@weir/storage";
import type { Exports } from "../export/exports.ts";
import type { Agents } from "./agents/agents.ts";
import { controlHandlers } from "./agents/control/handlers.ts";
import { agentHandlers } from "./agents/handlers.ts";
import { callHandlers } from "./call-handlers.ts";
import type { CaptureFolder } from "./capture-folder.ts";
import { clusterHandlers } from "./cluster/handlers.ts";
import type { HubCluster } from "./cluster/hub-cluster.ts";
import type { AuditLog } from "./doors/audit-log.ts";
import type { Doors } from "./doors/doors.ts";
import { doorHandlers, noteOf } from "./doors/handlers.ts";
import { groupedFindings } from "./grouped-findings.ts";
import type { Handler } from "./handler.ts";
import { type HealthParts, healthOf } from "./health.ts";
import type { Imports } from "./imports.ts";
import { oneOf } from "./one-of.ts";
import { packetHandlers } from "./packets/handlers.ts";
import type { PacketFiles } from "./packets/packet-files.ts";
import { profileHandlers } from "./profile-handlers.ts";
import { questionHandlers } from "./questions/handlers.ts";
import type { Receivers } from "./receivers/receivers.ts";
import { scopeOf } from "./scope.ts";
import { serviceMapOf } from "./service-map.ts";
import { telemetryHandlers } from "./telemetry-handlers.ts";

/** What the handlers work with. */
export interface HubParts extends HealthParts {
  readonly runner: QueryRunner;
  /** Absent where the store has no user who may only read. */
  readonly sql: SqlRunner | undefined;
  readonly folder: CaptureFolder;
  readonly imports: Imports;
  readonly config: AnalysisConfig;
  readonly doors: Doors;
  readonly audit: AuditLog;
  readonly receivers: Receivers;
  readonly exports: Exports;
  readonly agents: Agents;
  /** Absent where it follows none. */
  readonly cluster: HubCluster | undefined;
  readonly packets: PacketFiles;
}

/** Findings that are ranked together at most; more than a person reads. */
const MAX_FINDINGS = 2_000;

const ALL_CAPTURES = { orderBy: "name, capture_id", limit: 1000, offset: 0 } as const;
const CONNECTION_ORDER = {
  time: "started_at, connection_id",
  duration: "duration_ns DESC, connection_id",
  retransmissions: "client_retransmissions + server_retransmissions DESC, connection_id",
  bytes: "client_bytes + server_bytes DESC, connection_id",
  errors: "call_errors DESC, connection_id",
} as const;
/** One handler per route; the compiler knows which are missing. */
export function createHandlers(parts: HubParts): Readonly<Record<RouteName, Handler>> {
  const { store, runner, sql, folder, imports, config, receivers, exports, agents, cluster, packets, doors, audit } =
    parts;
  const judge = new ConnectionJudge(config);

  return {
    ...doorHandlers(doors, audit, store),
    async health(context) {
      return context.json(await healthOf(parts));
    },
    async listCaptures(context) {
      return context.json(agents.withLiveCaptures(await store.list(captureRecord, ALL_CAPTURES)));
    },
    async uploadCapture(context, caller) {
      const { name } = ROUTES.uploadCapture.query.parse(context.req.query());
      const { body } = context.req.raw;
      if (body === null)
        throw new WeirError("USAGE", "the upload has no body", "Send the capture's bytes as the request's body");
      const { stored, isNew } = await folder.take(name, body as unknown as AsyncIterable<Uint8Array>);
      await noteOf(audit, context, caller)("captureAdded");
      return context.json({ ...imports.add(stored), duplicate: !isNew }, 202);
    },
    async listImports(context) {
      const items = imports.all();
      return context.json({ items, total: items.length });
    },
    async getImport(context) {
      const id = context.req.param("captureId") ?? "";
      const state = imports.state(id);
      if (state === undefined) throw notFound("import", id);
      return context.json(state);
    },
    async listFindings(context) {
      const query = ROUTES.listFindings.query.parse(context.req.query());
      const ranked = await rankedFindings(store, scopeOf({ capture: query.capture }, "connections"));
      const items = ranked
        .slice(query.offset, query.offset + query.limit)
        .map((finding) => toJsonRecord(findingRecord, finding));
      return context.json({ items, total: ranked.length });
    },
    async getFinding(context) {
      return context.json(await oneOf(store, context, findingRecord, "findingId", "finding_id"));
    },
    async serviceMap(context) {
      const query = ROUTES.serviceMap.query.parse(context.req.query());
      const found = await rankedFindings(store, scopeOf({ capture: query.capture }, "connections"));
      const range = { fromNs: momentOf(query.from), toNs: momentOf(query.to) };
      const { group: grouping } = query;
      const rows = await readEdges(store, { ...scopeOf(query, "connections"), range, grouping });
      const findings = grouping === undefined ? found : await groupedFindings(store, grouping, found);
      const withFlows = query.flows && grouping === undefined;
      const flows = withFlows ? await readEdgeFlows(store, { ...scopeOf(query, "connections"), range }) : undefined;
      return context.json(serviceMapOf(rows, findings, flows));
    },
    async listConnections(context) {
      const query = ROUTES.listConnections.query.parse(context.req.query());
      const { limit, offset, sort } = query;
      return context.json(
        await store.list(connectionRecord, {
          ...scopeOf(query, "connections"),
          orderBy: CONNECTION_ORDER[sort],
          limit,
          offset,
        }),
      );
    },
    async getConnection(context) {
      return context.json(await oneOf(store, context, connectionRecord, "connectionId", "connection_id"));
    },
    async getVerdicts(context) {
      const row = await oneOf(store, context, connectionRecord, "connectionId", "connection_id");
      // The trees ask for no times of day, which are all that a row's form differs in.
      return context.json({ items: judge.verdictsOf(row as unknown as Connection) });
    },
    ...packetHandlers(store, packets, audit),
    ...callHandlers(store, audit),
    ...questionHandlers(runner, sql, audit),
    ...telemetryHandlers(store, config),
    ...profileHandlers(store),
    ...agentHandlers(agents, audit, cluster),
    ...controlHandlers(agents, audit),
    ...clusterHandlers(cluster),
    listReceivers: async (context) => context.json({ ...receivers.view(), exports: exports.view() }),
  };
}

const momentOf = (text: string | undefined) => (text === undefined ? undefined : parseUnixNs(text));

/**
 * Findings of a scope, causes before symptoms. Captures of several hosts find the same thing more than once: each rule and edge is taken from the
 * capture with the largest impact.
 */
async function rankedFindings(store: Store, scope: Scope): Promise<Finding[]> {
  const { items } = await store.list(findingRecord, {
    ...scope,
    orderBy: "impact DESC, finding_id",
    limit: MAX_FINDINGS,
    offset: 0,
  });
  const seen = new Set<string>();
  const unique = items.map(revive).filter((finding) => {
    const key = `${finding.rule} ${finding.clientService} ${finding.serverService} ${finding.serverPort}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return rankFindings(unique);
}

/** A finding's JSON form as a record again: times are moments. */
function revive(json: Record<string, unknown>): Finding {
  const moment = (name: string) => parseUnixNs(String(json[name])) ?? 0n;
  return { ...json, startedAt: moment("startedAt"), endedAt: moment("endedAt") } as Finding;
}
