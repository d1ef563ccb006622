import type { HttpAnswer } from "../http/server.ts";

/** Clients of Elasticsearch talk to nobody who does not say that he is it. */
const HEADERS = { "content-type": "application/json", "x-elastic-product": "Elasticsearch" };

/** An answer as Elasticsearch's clients read it. */
export function jsonAnswer(status: number, body: object): HttpAnswer {
  return writtenAnswer(status, JSON.stringify(body));
}

/** The same with JSON that is written already. */
export function writtenAnswer(status: number, json: string): HttpAnswer {
  return { status, headers: HEADERS, body: json };
}
