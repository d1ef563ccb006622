import type { CallDraft } from "../call-draft.ts";
import type { HttpApplication } from "../common/http/exchange.ts";
import { headerOf } from "../common/http/headers.ts";
import { type Envelope, parseEnvelope } from "./envelope.ts";
import { soapRecord } from "./record.ts";

/** Codes of faults that the caller made (SOAP 1.1 §4.4.1, SOAP 1.2 part 1 §5.4.6). */
const CLIENT_FAULTS = /^(?:Client|Sender|MustUnderstand|VersionMismatch|DataEncodingUnknown)\b/;

/** SOAP 1.1 and 1.2 in POST requests. */
export const soap: HttpApplication & { readonly id: (typeof soapRecord)["id"] } = {
  id: soapRecord.id,
  refine({ request, response }, draft) {
    if (draft.operation !== "POST" || request === undefined) return undefined;
    const type = draft.attributes["http.request.header.content-type"] ?? "";
    if (!/^(?:text\/xml|application\/(?:soap\+)?xml|multipart\/related)\b/i.test(type)) return undefined;
    const action = actionOf(headerOf(request.headers, "soapaction"), type);
    const asked = parseEnvelope(draft.requestBody);
    if (asked === undefined && action === undefined) return undefined;
    const answered = response === undefined ? undefined : parseEnvelope(draft.responseBody);
    const method = asked?.element ?? lastWord(action);
    return {
      ...draft,
      protocol: soapRecord.protocol,
      operation: method ?? "unknown",
      ...outcomeOf(draft, answered),
      attributes: present({
        ...draft.attributes,
        "rpc.system.name": "soap",
        "rpc.method": method,
        "weir.soap.namespace": asked?.namespace,
        "weir.soap.action": action,
        "weir.soap.version": asked?.version ?? answered?.version,
        "rpc.response.status_code": answered?.fault?.code,
        "weir.soap.fault_reason": answered?.fault?.reason,
      }),
    };
  },
};

/** SOAP 1.1's header, or SOAP 1.2's parameter of the content type; undefined where it says nothing. */
function actionOf(header: string | undefined, type: string): string | undefined {
  const text = header ?? /;\s*action="?([^";]+)/i.exec(type)?.[1];
  const action = text?.trim().replace(/^"|"$/g, "");
  return action === "" ? undefined : action;
}

function lastWord(action: string | undefined): string | undefined {
  return action?.split(/[/#:]/).findLast((word) => word !== "");
}

/** A fault's code says whose fault it is; HTTP says 500 for both. */
function outcomeOf(draft: CallDraft, answered: Envelope | undefined): Pick<CallDraft, "status" | "statusCode"> {
  const fault = answered?.fault;
  const { status, statusCode } = draft;
  if (fault === undefined || status === "aborted" || status === "timeout") return { status, statusCode };
  return { status: CLIENT_FAULTS.test(fault.code) ? "clientError" : "serverError", statusCode: fault.code };
}

function present(attributes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const known: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== "") known[name] = value;
  return known;
}
