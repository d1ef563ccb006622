import type { HttpApplication } from "./common/http/exchange.ts";
import { doh } from "./doh/index.ts";
import { elasticsearch } from "./elasticsearch/index.ts";
import { graphql } from "./graphql/index.ts";
import { grpc, grpcWith } from "./grpc/index.ts";
import type { MessageDecoder } from "./grpc/protobuf/typed.ts";
import { jsonrpc } from "./jsonrpc/index.ts";
import type { CarriedId } from "./records.ts";
import { soap } from "./soap/index.ts";
import { sse } from "./sse/index.ts";

/** How the protocols that HTTP carries are read; the first that knows an exchange as its own has it. Their records stand in `records.ts`. */
export const HTTP_APPLICATIONS = [
  doh,
  elasticsearch,
  graphql,
  grpc,
  jsonrpc,
  soap,
  sse,
] as const satisfies readonly (HttpApplication & { readonly id: CarriedId })[];

/** The same, with what is known of the types of gRPC's messages. */
export function httpApplicationsWith(messages: MessageDecoder): readonly HttpApplication[] {
  const informed = grpcWith(messages);
  return HTTP_APPLICATIONS.map((application) => (application.id === informed.id ? informed : application));
}
