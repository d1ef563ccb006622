import type {
  AgentView,
  Answer,
  CallProfiles,
  Completion,
  ConnectionVerdict,
  ControlRule,
  ControlView,
  FilterField,
  Flame,
  ImportState,
  JoinedTrace,
  JoinSummaryJson,
  Json,
  KubernetesReport,
  Ladder,
  LogRecord,
  Problem,
  ProfileKindJson,
  ReceiversView,
  ROUTES,
  RouteName,
  ServiceMap,
  SessionJson,
  Trace,
  TraceSummary,
} from "@weir/http-contract";
import type { Call, Capture, Connection, Delivery, Finding, Retry } from "@weir/model";

export type CaptureJson = Json<Capture>;
export type ConnectionJson = Json<Connection>;
export type CallJson = Json<Call>;
export type DeliveryJson = Json<Delivery>;
export type RetryJson = Json<Retry>;
export type FindingJson = Json<Finding>;
export type HealthJson = (typeof ROUTES)["health"]["response"]["_zod"]["output"];
/** A question as `POST /api/query` takes it. */
export type QuestionJson = (typeof ROUTES)["query"]["requestJson"]["_zod"]["input"];
type ReceivedImport = ImportState & { readonly duplicate: boolean };

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

/** One page of a list whose length is not counted. */
export interface OpenPage<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** What the JSON routes answer. */
interface Answers {
  readonly health: HealthJson;
  readonly listCaptures: Page<CaptureJson>;
  readonly listImports: Page<ImportState>;
  readonly getImport: ImportState;
  readonly listFindings: Page<FindingJson>;
  readonly getFinding: FindingJson;
  readonly serviceMap: ServiceMap;
  readonly listConnections: Page<ConnectionJson>;
  readonly getConnection: ConnectionJson;
  readonly getVerdicts: { readonly items: readonly ConnectionVerdict[] };
  readonly getLadder: Ladder;
  readonly listCalls: Page<CallJson>;
  readonly getCall: CallJson;
  readonly listRetries: Page<RetryJson>;
  readonly listDeliveries: Page<DeliveryJson>;
  readonly query: Answer;
  readonly listReceivers: ReceiversView;
  readonly listAgents: Page<AgentView> & { readonly kubernetes?: KubernetesReport | undefined };
  readonly getAgentConfig: ControlView;
  readonly addAgentRule: ControlRule;
  readonly endAgentRule: { readonly done: true };
  readonly pinPackets: { readonly done: true };
  readonly unpinPackets: { readonly done: true };
  readonly listTraces: OpenPage<TraceSummary>;
  readonly getTrace: Trace;
  readonly getJoinedTrace: JoinedTrace;
  readonly joinTraces: JoinSummaryJson;
  readonly whoAmI: SessionJson;
  readonly signIn: SessionJson;
  readonly signOut: SessionJson;
  readonly listLogs: OpenPage<LogRecord>;
  readonly listProfiles: { readonly items: readonly ProfileKindJson[] };
  readonly listCallProfiles: CallProfiles;
  readonly getFlame: Flame;
  readonly completeFilter: Completion;
  readonly filterFields: { readonly items: readonly FilterField[] };
}
type AskedRoute = keyof Answers;

/** The contract's paths. Only its types are imported: the schemas, and zod with them, stay out of the browser. */
const PATHS = {
  health: "/api/health",
  listCaptures: "/api/captures",
  uploadCapture: "/api/captures",
  listImports: "/api/imports",
  getImport: "/api/imports/{captureId}",
  listFindings: "/api/findings",
  getFinding: "/api/findings/{findingId}",
  downloadFindingPackets: "/api/findings/{findingId}/packets.pcapng",
  serviceMap: "/api/map",
  listConnections: "/api/connections",
  getConnection: "/api/connections/{connectionId}",
  getVerdicts: "/api/connections/{connectionId}/verdicts",
  getLadder: "/api/connections/{connectionId}/packets",
  downloadPackets: "/api/connections/{connectionId}/packets.pcapng",
  listCalls: "/api/calls",
  getCall: "/api/calls/{callId}",
  downloadCallPackets: "/api/calls/{callId}/packets.pcapng",
  listRetries: "/api/retries",
  listDeliveries: "/api/deliveries",
  query: "/api/query",
  sql: "/api/sql",
  listReceivers: "/api/receivers",
  listAgents: "/api/agents",
  reportAgent: "/api/agents/{agentId}/report",
  awaitOrders: "/api/agents/{agentId}/orders",
  awaitClusterChanges: "/api/agents/{agentId}/cluster",
  getAgentConfig: "/api/agents/config",
  putAgentConfig: "/api/agents/config",
  addAgentRule: "/api/agents/rules",
  endAgentRule: "/api/agents/rules/{ruleId}",
  sendBatch: "/api/agents/{agentId}/batches/{table}",
  answerAgentRequest: "/api/agents/{agentId}/answers/{requestId}",
  pinPackets: "/api/agents/{agentId}/pins",
  unpinPackets: "/api/agents/{agentId}/pins/{name}",
  listTraces: "/api/traces",
  getTrace: "/api/traces/{traceId}",
  getJoinedTrace: "/api/traces/{traceId}/wire",
  joinTraces: "/api/join",
  listLogs: "/api/logs",
  listProfiles: "/api/profiles",
  listCallProfiles: "/api/calls/{callId}/profiles",
  getFlame: "/api/profiles/flame",
  completeFilter: "/api/filter/complete",
  whoAmI: "/api/session",
  signIn: "/api/session",
  signOut: "/api/session",
  listAudit: "/api/audit",
  filterFields: "/api/filter/fields",
} as const satisfies { readonly [Name in RouteName]: (typeof ROUTES)[Name]["path"] };

type Placeholder<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;
type ParametersOf<Name extends RouteName> = Readonly<Record<Placeholder<(typeof PATHS)[Name]>, string>>;
type QueryOf<Name extends RouteName> = (typeof ROUTES)[Name] extends {
  readonly query: { readonly _zod: { readonly input: infer Input } };
}
  ? { readonly [Key in keyof Input]?: (unknown extends Input[Key] ? number : Input[Key]) | undefined }
  : Readonly<Record<never, never>>;

/** A failed request, with what the hub says to do about it. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** The address of a route: its parameters filled in; empty and missing query parameters are left out. */
export function addressOf<Name extends RouteName>(
  name: Name,
  parameters: ParametersOf<Name>,
  query: QueryOf<Name> = {} as QueryOf<Name>,
): string {
  const values: Readonly<Record<string, string>> = parameters;
  const path = PATHS[name].replace(/\{(\w+)\}/g, (_, parameter: string) => encodeURIComponent(values[parameter] ?? ""));
  const pairs = Object.entries(query as Readonly<Record<string, string | number | undefined>>).flatMap(
    ([key, value]) =>
      value === undefined || value === "" ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

/** Asks the hub. Fails with {@link ApiError}, or because the console itself gave up. */
async function ask<Name extends AskedRoute>(
  name: Name,
  parameters: ParametersOf<Name>,
  query?: QueryOf<Name>,
  request?: RequestInit,
): Promise<Answers[Name]> {
  const response = await fetch(addressOf(name, parameters, query), request).catch((error: unknown) => {
    // Given up by the console itself: nobody looks at the answer any more.
    if (request?.signal?.aborted) throw error;
    throw new ApiError({
      code: "HUB_UNREACHABLE",
      message: "The hub does not answer",
      hint: "Is it still running? Start it with: weir hub",
    });
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new ApiError(isProblem(answer) ? answer : strangeAnswer(response.status));
  return answer as Answers[Name];
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "message" in value && "hint" in value;
}

function strangeAnswer(status: number): Problem {
  return status === 502 || status === 504
    ? {
        code: "HUB_UNREACHABLE",
        message: "The hub does not answer",
        hint: "Is it still running? Start it with: weir hub",
      }
    : { code: "HTTP", message: `The hub answered ${status}`, hint: "Look at the hub's log" };
}

/** The hub's API, as far as the console uses it. */
export const api = {
  health: () => ask("health", {}),
  captures: () => ask("listCaptures", {}),
  imports: () => ask("listImports", {}),
  importState: (captureId: string) => ask("getImport", { captureId }),
  findings: (query: QueryOf<"listFindings">) => ask("listFindings", {}, query),
  map: (query: QueryOf<"serviceMap">) => ask("serviceMap", {}, query),
  connections: (query: QueryOf<"listConnections">) => ask("listConnections", {}, query),
  connection: (connectionId: string) => ask("getConnection", { connectionId }),
  verdicts: (connectionId: string) => ask("getVerdicts", { connectionId }),
  ladder: (connectionId: string, limit: number) => ask("getLadder", { connectionId }, { limit }),
  packetsUrl: (connectionId: string) => addressOf("downloadPackets", { connectionId }),
  callPacketsUrl: (callId: string) => addressOf("downloadCallPackets", { callId }),
  findingPacketsUrl: (findingId: string) => addressOf("downloadFindingPackets", { findingId }),
  calls: (query: QueryOf<"listCalls">) => ask("listCalls", {}, query),
  call: (callId: string) => ask("getCall", { callId }),
  retries: (query: QueryOf<"listRetries">) => ask("listRetries", {}, query),
  deliveries: (query: QueryOf<"listDeliveries">) => ask("listDeliveries", {}, query),
  query: (question: QuestionJson, signal: AbortSignal) =>
    ask("query", {}, {}, { ...jsonBody(question), method: "POST", signal }),
  receivers: () => ask("listReceivers", {}),
  agents: () => ask("listAgents", {}),
  agentConfig: () => ask("getAgentConfig", {}),
  addAgentRule: (kind: ControlRule["kind"], edge: ControlRule["edge"], minutes: number) =>
    ask("addAgentRule", {}, {}, { ...jsonBody({ kind, edge, minutes }), method: "POST" }),
  endAgentRule: (ruleId: string) => ask("endAgentRule", { ruleId }, {}, { method: "DELETE" }),
  pinPackets: (agentId: string, name: string, minutes: number) =>
    ask("pinPackets", { agentId }, { name, minutes }, { method: "POST" }),
  unpinPackets: (agentId: string, name: string) => ask("unpinPackets", { agentId, name }, {}, { method: "DELETE" }),
  traces: (query: QueryOf<"listTraces">) => ask("listTraces", {}, query),
  trace: (traceId: string) => ask("getTrace", { traceId }),
  joinedTrace: (traceId: string) => ask("getJoinedTrace", { traceId }),
  joinedTraces: (query: QueryOf<"joinTraces">) => ask("joinTraces", {}, query),
  logs: (query: QueryOf<"listLogs">) => ask("listLogs", {}, query),
  profiles: (query: QueryOf<"listProfiles">) => ask("listProfiles", {}, query),
  callProfiles: (callId: string) => ask("listCallProfiles", { callId }),
  flame: (query: QueryOf<"getFlame">) => ask("getFlame", {}, query),
  complete: (query: QueryOf<"completeFilter">, signal: AbortSignal) => ask("completeFilter", {}, query, { signal }),
  filterFields: (query: QueryOf<"filterFields">) => ask("filterFields", {}, query),
  whoAmI: () => ask("whoAmI", {}),
  signIn: (token: string) => ask("signIn", {}, {}, { ...jsonBody({ token }), method: "POST" }),
  signOut: () => ask("signOut", {}, {}, { method: "DELETE" }),
};

function jsonBody(value: unknown): RequestInit {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}

/** Uploads a capture; `onProgress` gets the share sent, 0 to 1. XMLHttpRequest because fetch tells nothing about uploads. */
export function uploadCapture(file: File, onProgress: (ratio: number) => void): Promise<ReceivedImport> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", addressOf("uploadCapture", {}, { name: file.name }));
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status < 300) resolve(answer as ReceivedImport);
      else reject(new ApiError(isProblem(answer) ? answer : strangeAnswer(request.status)));
    };
    request.onerror = () =>
      reject(
        new ApiError({ code: "HUB_UNREACHABLE", message: "The upload broke off", hint: "Is the hub still running?" }),
      );
    request.send(file);
  });
}
