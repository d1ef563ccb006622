import type { FilterField, ImportState, Json, Ladder, Problem, ServiceMap } from "@weir/http-contract";
import type { Call, Capture, Connection, Finding } from "@weir/model";

export type CaptureJson = Json<Capture>;
export type ConnectionJson = Json<Connection>;
export type CallJson = Json<Call>;
export type FindingJson = Json<Finding>;

/** One page of a list. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

/** A failed request, with what the hub says to do about it. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** The path of a request; empty and missing parameters are left out. */
export function apiPath(path: string, query: Query = {}): string {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  );
  return parameters.length === 0 ? path : `${path}?${parameters.join("&")}`;
}

async function ask<Answer>(path: string, query?: Query): Promise<Answer> {
  const response = await fetch(apiPath(path, query)).catch(() => {
    throw new ApiError({
      code: "HUB_UNREACHABLE",
      message: "The hub does not answer",
      hint: "Is it still running? Start it with: weir hub",
    });
  });
  if (response.ok) return (await response.json()) as Answer;
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  throw new ApiError(
    problem ?? { code: "HTTP", message: `The hub answered ${response.status}`, hint: "Look at the hub's log" },
  );
}

const id = encodeURIComponent;

/** The hub's API, as far as the console uses it. */
export const api = {
  captures: () => ask<Page<CaptureJson>>("/api/captures"),
  findings: (query: Query) => ask<Page<FindingJson>>("/api/findings", query),
  map: (query: Query) => ask<ServiceMap>("/api/map", query),
  connections: (query: Query) => ask<Page<ConnectionJson>>("/api/connections", query),
  connection: (connectionId: string) => ask<ConnectionJson>(`/api/connections/${id(connectionId)}`),
  ladder: (connectionId: string, limit: number) =>
    ask<Ladder>(`/api/connections/${id(connectionId)}/packets`, { limit }),
  packetsUrl: (connectionId: string) => `/api/connections/${id(connectionId)}/packets.pcap`,
  calls: (query: Query) => ask<Page<CallJson>>("/api/calls", query),
  call: (callId: string) => ask<CallJson>(`/api/calls/${id(callId)}`),
  imports: () => ask<Page<ImportState>>("/api/imports"),
  importState: (captureId: string) => ask<ImportState>(`/api/imports/${id(captureId)}`),
  filterFields: () => ask<{ items: readonly FilterField[] }>("/api/filter/fields"),
};

/** Uploads a capture; `onProgress` gets the share sent, 0 to 1. XMLHttpRequest because fetch tells nothing about uploads. */
export function uploadCapture(
  file: File,
  onProgress: (ratio: number) => void,
): Promise<ImportState & { readonly duplicate: boolean }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", apiPath("/api/captures", { name: file.name }));
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = () => {
      if (request.status < 300) resolve(request.response as ImportState & { duplicate: boolean });
      else
        reject(
          new ApiError(
            (request.response as Problem | null) ?? {
              code: "HTTP",
              message: `The hub answered ${request.status}`,
              hint: "Look at the hub's log",
            },
          ),
        );
    };
    request.onerror = () =>
      reject(
        new ApiError({ code: "HUB_UNREACHABLE", message: "The upload broke off", hint: "Is the hub still running?" }),
      );
    request.send(file);
  });
}
