import { type ControlRule, ROUTES, type RouteName } from "@weir/http-contract";
import type { Context } from "hono";
import { checkAgentConfig } from "../../../control/agent-config.ts";
import { edgeText } from "../../../control/rules.ts";
import type { AuditLog } from "../../doors/audit-log.ts";
import { addressOf } from "../../doors/doors.ts";
import { noteOf } from "../../doors/handlers.ts";
import type { Caller } from "../../doors/rights.ts";
import type { Handler } from "../../handler.ts";
import { jsonBody } from "../../json-body.ts";
import type { Agents } from "../agents.ts";

type ControlRoute = "awaitOrders" | "getAgentConfig" | "putAgentConfig" | "addAgentRule" | "endAgentRule";

/** Handlers of what agents are told to do. What is changed is written down first. */
export function controlHandlers(
  agents: Agents,
  audit: AuditLog,
): Readonly<Record<Extract<RouteName, ControlRoute>, Handler>> {
  const { control } = agents;
  const noteRule = (context: Context, caller: Caller, action: "agentRuleAdded" | "agentRuleEnded", words: string) =>
    audit.note({ caller: caller.name, address: addressOf(context), action, subject: words });
  return {
    async awaitOrders(context) {
      const { have, waitMs } = ROUTES.awaitOrders.query.parse(context.req.query());
      const agentId = context.req.param("agentId") ?? "";
      return context.json(await agents.orders(agentId, have, waitMs, context.req.raw.signal));
    },
    async getAgentConfig(context) {
      return context.json(control.view(Date.now()));
    },
    async putAgentConfig(context, caller) {
      const config = checkAgentConfig(await jsonBody(context), "the request's body");
      control.assertConfigurable();
      await noteOf(audit, context, caller)("agentConfigChanged");
      control.configure(config, Date.now());
      return context.json(control.view(Date.now()));
    },
    async addAgentRule(context, caller) {
      const { kind, edge, minutes } = ROUTES.addAgentRule.requestJson.parse(await jsonBody(context));
      await noteRule(context, caller, "agentRuleAdded", `${kind} of ${edgeText(edge)} for ${minutes} minutes`);
      return context.json(control.addRule({ kind, edge, by: caller.name }, minutes, Date.now()));
    },
    async endAgentRule(context, caller) {
      const ruleId = context.req.param("ruleId") ?? "";
      const rule = control.view(Date.now()).rules.find((each) => each.ruleId === ruleId);
      control.endRule(ruleId, Date.now());
      if (rule !== undefined) await noteRule(context, caller, "agentRuleEnded", ruleWords(rule));
      return context.json({ done: true });
    },
  };
}

/** A rule, for the audit. */
export function ruleWords({ kind, edge, by }: ControlRule): string {
  return `${kind} of ${edgeText(edge)}, asked for by ${by}`;
}
