import type { CallDraft } from "../call-draft.ts";
import { rcodeName } from "../common/dns/names.ts";
import { answersText, dnsAttributesOf, statusOfRcode } from "../common/dns/outcome.ts";
import { type DnsMessage, parseDns } from "../common/dns/wire.ts";
import type { HttpApplication, HttpExchange, HttpPassage } from "../common/http/exchange.ts";
import { type Header, headerOf } from "../common/http/headers.ts";
import { splitTarget } from "../common/http/target.ts";
import { decodeBase64Url } from "./base64url.ts";
import { dohRecord } from "./record.ts";

/** RFC 8484 §6. */
const MEDIA_TYPE = "application/dns-message";
/** Bytes of a question in a target that are read. */
const MAX_QUESTION_BYTES = 512;

/** DNS over HTTPS (RFC 8484): a question in the body of a POST or in the target of a GET, its answer in the body. */
export const doh: HttpApplication & { readonly id: (typeof dohRecord)["id"] } = {
  id: dohRecord.id,
  refine(exchange, draft) {
    const { request, requestPassage, response, responsePassage } = exchange;
    if (!isDns(request?.headers) && !isDns(response?.headers) && !accepts(request?.headers)) return undefined;
    const question = messageOf(request?.headers, requestPassage) ?? questionInTarget(exchange);
    const answer = messageOf(response?.headers, responsePassage);
    const asked = question ?? answer;
    return asked === undefined || asked.questions.length === 0 ? undefined : callOf(draft, asked, answer);
  },
};

function callOf(draft: CallDraft, asked: DnsMessage, answer: DnsMessage | undefined): CallDraft {
  const [question] = asked.questions;
  const isCut = draft.status === "aborted" || draft.status === "timeout";
  return {
    ...draft,
    protocol: dohRecord.protocol,
    operation: question?.type ?? asked.opcode,
    target: question?.name ?? "",
    // Where there is no message, HTTP's own status says why.
    status: answer === undefined || isCut ? draft.status : statusOfRcode(answer.rcode),
    statusCode: answer === undefined ? draft.statusCode : rcodeName(answer.rcode),
    requestBody: undefined,
    responseBody: answer === undefined ? draft.responseBody : answersText(answer) || undefined,
    attributes: { ...draft.attributes, ...dnsAttributesOf(asked, answer, 1), "weir.dns.over": "https" },
  };
}

function isDns(headers: readonly Header[] | undefined): boolean {
  const type = headers && headerOf(headers, "content-type");
  return type !== undefined && type.length >= MEDIA_TYPE.length && type.toLowerCase().startsWith(MEDIA_TYPE);
}

function accepts(headers: readonly Header[] | undefined): boolean {
  const accept = headers && headerOf(headers, "accept");
  return accept?.includes(MEDIA_TYPE) === true;
}

function messageOf(headers: readonly Header[] | undefined, passage: HttpPassage | undefined): DnsMessage | undefined {
  if (headers === undefined || !isDns(headers)) return undefined;
  const bytes = passage?.body.content(headers);
  return bytes === undefined ? undefined : parseDns(bytes);
}

/** RFC 8484 §4.1.1: `?dns=` and the question in base64url. */
function questionInTarget({ request }: HttpExchange): DnsMessage | undefined {
  if (request?.method !== "GET" || request.target === undefined) return undefined;
  const [, query = ""] = splitTarget(request.target);
  const text = /(?:^|&)dns=([\w-]{16,})={0,2}(?:&|$)/.exec(query)?.[1];
  const bytes = text === undefined ? undefined : decodeBase64Url(text, MAX_QUESTION_BYTES);
  return bytes === undefined ? undefined : parseDns(bytes);
}
