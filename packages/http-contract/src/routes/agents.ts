import { z } from "zod";
import {
  agentOrdersSchema,
  agentReportAnswerSchema,
  agentReportSchema,
  agentSchema,
  BATCH_TYPE,
  batchQuery,
  ordersQuery,
  pinQuery,
} from "../agents/agents.ts";
import { clusterChangesQuery, clusterChangesSchema } from "../agents/cluster.ts";
import { agentConfigSchema, controlRuleSchema, controlViewSchema, wantedRuleSchema } from "../agents/control.ts";
import { kubernetesReportSchema } from "../agents/kubernetes-report.ts";
import { receiversSchema } from "../receivers.ts";
import { PCAPNG_TYPE, page } from "./query.ts";
import type { Route } from "./route.ts";

/** Who sends: receivers, agents, and what agents are asked for. */
export const agentsRoutes = {
  listReceivers: {
    method: "get",
    path: "/api/receivers",
    summary: "What the hub listens to, what came in, and what was not kept and why",
    response: receiversSchema,
    status: 200,
  },
  listAgents: {
    method: "get",
    path: "/api/agents",
    summary:
      "Agents that have reported since the hub started: what they can do, what they saw and lost; those that reported last first",
    response: page(agentSchema).extend({
      kubernetes: kubernetesReportSchema
        .optional()
        .describe("The cluster that the hub itself follows, for captures and for agents; absent where it follows none"),
    }),
    status: 200,
  },
  reportAgent: {
    method: "post",
    path: "/api/agents/{agentId}/report",
    right: "ingest",
    summary: "What an agent says of itself every few seconds; answers with the hub's clock",
    requestJson: agentReportSchema,
    response: agentReportAnswerSchema,
    status: 200,
  },
  awaitOrders: {
    method: "get",
    path: "/api/agents/{agentId}/orders",
    right: "ingest",
    isHeld: true,
    summary:
      "What the hub wants of an agent: its signed configuration, and packets. Answers when there is something, or when the wait is over",
    query: ordersQuery,
    response: agentOrdersSchema,
    status: 200,
  },
  awaitClusterChanges: {
    method: "get",
    path: "/api/agents/{agentId}/cluster",
    right: "ingest",
    isHeld: true,
    summary:
      "What the cluster that the hub follows has become: pods, Services, their endpoints and nodes, for agents that do not ask the API server themselves. Answers when something changed, or when the wait is over",
    query: clusterChangesQuery,
    response: clusterChangesSchema,
    status: 200,
  },
  getAgentConfig: {
    method: "get",
    path: "/api/agents/config",
    summary: "What all agents are told to do, its version, and the temporary rules that are on",
    response: controlViewSchema,
    status: 200,
  },
  putAgentConfig: {
    method: "put",
    path: "/api/agents/config",
    summary: "Tells all agents what to do from now on",
    requestJson: agentConfigSchema,
    response: controlViewSchema,
    status: 200,
  },
  addAgentRule: {
    method: "post",
    path: "/api/agents/rules",
    summary: "Has the agents keep bodies of one edge, or read all of it, for some minutes; it ends by itself",
    requestJson: wantedRuleSchema,
    response: controlRuleSchema,
    status: 200,
  },
  endAgentRule: {
    method: "delete",
    path: "/api/agents/rules/{ruleId}",
    summary: "Ends a temporary rule before its time",
    response: z.object({ done: z.literal(true) }),
    status: 200,
  },
  sendBatch: {
    method: "post",
    path: "/api/agents/{agentId}/batches/{table}",
    right: "ingest",
    summary:
      "One batch of an agent's records, columnar, passed to the store unread. Answers when the store has it on disk; the same token again adds nothing",
    query: batchQuery,
    requestBody: BATCH_TYPE,
    response: z.object({ taken: z.literal(true) }),
    status: 200,
  },
  answerAgentRequest: {
    method: "post",
    path: "/api/agents/{agentId}/answers/{requestId}",
    right: "ingest",
    summary: "What an agent was asked for with its orders: packets as pcapng, or as JSON why it could not",
    requestBody: PCAPNG_TYPE,
    response: z.object({ taken: z.literal(true) }),
    status: 200,
  },
  pinPackets: {
    method: "post",
    path: "/api/agents/{agentId}/pins",
    summary: "Has an agent keep the packets of the last minutes until they are given up",
    query: pinQuery,
    response: z.object({ done: z.literal(true) }),
    status: 200,
  },
  unpinPackets: {
    method: "delete",
    path: "/api/agents/{agentId}/pins/{name}",
    summary: "Has an agent give up a window that it keeps",
    response: z.object({ done: z.literal(true) }),
    status: 200,
  },
} as const satisfies Record<string, Route>;
