import { type HttpAnswer, type HttpRequest, type HttpRoute, httpReceiver } from "../http/server.ts";
import { httpStatus } from "../http/status.ts";
import type { Intake } from "../intake.ts";

const NS_PER_MS = 1_000_000n;
const JSON_TYPE = { "content-type": "application/json" };

/** Sentry's ingestion (https://develop.sentry.dev/sdk/foundations/transport/): envelopes, and single events of older SDKs. */
export const sentry = httpReceiver({ name: "sentry", title: "Sentry", standardPort: 9000 }, [
  route("envelope", "sentryEnvelope"),
  route("store", "sentryEvent"),
]);

function route(name: string, reader: "sentryEnvelope" | "sentryEvent"): HttpRoute {
  return {
    method: "POST",
    path: `/api/{project}/${name}`,
    async handle({ params, body }: HttpRequest, intake: Intake): Promise<HttpAnswer> {
      const project = params["project"] ?? "";
      const receivedAt = BigInt(Date.now()) * NS_PER_MS;
      const { reading, told: eventId } = await intake.read(reader, body, { project, receivedAt });
      await intake.take(`${name} ${project}`, body, async () => reading);
      return { status: 200, headers: JSON_TYPE, body: JSON.stringify(eventId === "" ? {} : { id: eventId }) };
    },
    // SDKs know a public key alone, which stands in the DSN: the token.
    authorizationOf: (query) => (query.has("sentry_key") ? `Bearer ${query.get("sentry_key")}` : undefined),
    failure: ({ reason, message }) => ({
      status: httpStatus(reason),
      headers: JSON_TYPE,
      body: JSON.stringify({ detail: message }),
    }),
  };
}
