import { WeirError } from "@weir/base";
import type { Problem } from "@weir/http-contract";

/** Where a hub listens unless it is told otherwise. */
export const DEFAULT_HUB = "http://127.0.0.1:8686";

/** The address of a hub as somebody wrote it. */
export function hubAddress(text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new WeirError("USAGE", `"${text}" is not a URL`, `Name the hub as it printed its address, e.g. ${DEFAULT_HUB}`);
}

/** What a hub refuses, with the whole of its answer: filters and questions are wrong at a place. */
export class HubRefusal extends WeirError {
  readonly problem: Problem;

  constructor(problem: Problem) {
    const code = problem.code === "FILTER_INVALID" || problem.code === "USAGE" ? problem.code : "HUB_UNREACHABLE";
    super(code, problem.message, problem.hint);
    this.problem = problem;
  }
}

/** The token for hubs that ask who you are. From the environment: what stands in a command line is seen by everybody on the host. */
function authorization(): Readonly<Record<string, string>> {
  const token = process.env["WEIR_TOKEN"] ?? "";
  return token === "" ? {} : { authorization: `Bearer ${token}` };
}

/** Asks a hub, with the token of WEIR_TOKEN where there is one; its problems become ours, with their hint. */
export async function askHub(base: URL, path: string, init: RequestInit = {}): Promise<unknown> {
  return (await requestHub(base, path, init)).json();
}

/** The same for answers that are no JSON. */
export async function requestHub(base: URL, path: string, init: RequestInit): Promise<Response> {
  const headers = { ...authorization(), ...(init.headers as Readonly<Record<string, string>> | undefined) };
  const response = await fetch(new URL(path, base), { ...init, headers }).catch((cause: Error) => {
    throw new WeirError("HUB_UNREACHABLE", `there is no hub at ${base.origin}`, "Start one with: weir hub", { cause });
  });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  const strange = { code: "HTTP", message: `the hub answered ${response.status}`, hint: "Look at the hub's log" };
  throw new HubRefusal(problem ?? strange);
}

/** Asks a hub with JSON. */
export function postToHub(base: URL, path: string, body: unknown): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  return askHub(base, path, { method: "POST", headers, body: JSON.stringify(body) });
}
