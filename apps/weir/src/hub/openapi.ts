import { problemSchema, ROUTES, type Route } from "@weir/http-contract";
import { z } from "zod";
import { VERSION } from "../version.ts";

/** The OpenAPI 3.1 document, from the routes and their schemas. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [name, route] of Object.entries(ROUTES) as [string, Route][]) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(name, route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Weir",
      version: VERSION,
      description: "What the network saw, as records; findings with their evidence.",
    },
    paths,
  };
}

function operation(name: string, route: Route): object {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({
    name: parameter,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const query =
    route.query === undefined
      ? {}
      : (jsonSchema(route.query) as { properties?: Record<string, object>; required?: string[] });
  const inQuery = Object.entries(query.properties ?? {}).map(([parameter, schema]) => ({
    name: parameter,
    in: "query",
    required: false,
    schema,
  }));
  return {
    operationId: name,
    summary: route.summary,
    parameters: [...inPath, ...inQuery],
    ...requestBody(route),
    responses: {
      [route.status]: { description: route.summary, content: answer(route) },
      default: {
        description: "What went wrong, and what to do",
        content: { "application/json": { schema: jsonSchema(problemSchema) } },
      },
    },
  };
}

function requestBody({ requestBody: contentType, requestJson }: Route): object {
  if (requestJson !== undefined)
    return { requestBody: { required: true, content: { "application/json": { schema: jsonSchema(requestJson) } } } };
  if (contentType === undefined) return {};
  const content = { [contentType]: { schema: { type: "string", format: "binary" } } };
  return { requestBody: { required: true, content } };
}

function answer({ response, streamedAs }: Route): object {
  if (typeof response === "string") return { [response]: { schema: { type: "string", format: "binary" } } };
  const json = { "application/json": { schema: jsonSchema(response) } };
  return streamedAs === undefined ? json : { ...json, [streamedAs]: { schema: { type: "string" } } };
}

function jsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}
