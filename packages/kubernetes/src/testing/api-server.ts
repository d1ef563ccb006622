import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiEvent, type ApiObject, ApiStore, isSelected } from "./api-store.ts";
import { loopbackCertificate } from "./certificate.ts";

/** What the server has, by the path of its list. */
const KINDS = {
  pods: { path: "/api/v1/pods", kind: "Pod", apiVersion: "v1" },
  services: { path: "/api/v1/services", kind: "Service", apiVersion: "v1" },
  nodes: { path: "/api/v1/nodes", kind: "Node", apiVersion: "v1" },
  endpointslices: {
    path: "/apis/discovery.k8s.io/v1/endpointslices",
    kind: "EndpointSlice",
    apiVersion: "discovery.k8s.io/v1",
  },
} as const;
export type ApiKind = keyof typeof KINDS;

/** A request as it came. */
export interface ApiRequest {
  readonly kind: ApiKind;
  readonly isWatch: boolean;
  readonly query: URLSearchParams;
  readonly status: number;
  readonly atMs: number;
}

interface Watcher {
  readonly kind: ApiKind;
  readonly response: ServerResponse;
  readonly end: () => void;
}

/**
 * A small API server: lists in pages and watches over HTTPS as Kubernetes does, with versions of the whole cluster, bookmarks, 410 Gone for what was compacted, 429 with
 * Retry-After, watches that break off, and tokens that are renewed. What happens is scripted by whoever tests.
 */
export class KubernetesApiServer {
  readonly #stores: Readonly<Record<ApiKind, ApiStore>>;
  readonly #watchers = new Set<Watcher>();
  readonly #server: Server;
  readonly #certificate: { readonly key: Buffer; readonly cert: Buffer };
  readonly #folder = mkdtempSync(join(tmpdir(), "weir-kubernetes-"));
  #version = 1_000;
  #compactedAt = 0;
  #throttled = { requests: 0, seconds: 0 };
  #delayMs = 0;
  #listing = 0;
  /** Tokens that are taken. */
  tokens: readonly string[] = ["first-token"];
  /** Says of a version that is gone by an event of the watch instead of the answer's status: servers do both. */
  saysGoneInWatch = false;
  readonly requests: ApiRequest[] = [];
  /** Lists that were answered at the same time, at most. */
  mostListsAtOnce = 0;

  private constructor() {
    this.#certificate = loopbackCertificate();
    this.#stores = {
      pods: new ApiStore("pods"),
      services: new ApiStore("services"),
      nodes: new ApiStore("nodes"),
      endpointslices: new ApiStore("endpointslices"),
    };
    this.#server = createServer(this.#certificate, (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<KubernetesApiServer> {
    const server = new KubernetesApiServer();
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  async close(): Promise<void> {
    if (this.#server.listening) {
      this.unplug();
      await once(this.#server, "close");
    }
    rmSync(this.#folder, { recursive: true });
  }

  /** Is no longer there: connections are broken off, and refused from now on. */
  unplug(): void {
    this.dropWatches();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** A kubeconfig for this server. */
  kubeconfig(): string {
    const path = join(this.#folder, "kubeconfig.json");
    const config = {
      "current-context": "test",
      clusters: [
        {
          name: "test",
          cluster: {
            server: `https://127.0.0.1:${this.port}`,
            "certificate-authority-data": this.#certificate.cert.toString("base64"),
          },
        },
      ],
      users: [{ name: "weir", user: { token: this.tokens[0] } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "weir" } }],
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  /** Files of a service account as a pod has them, under a root of their own; `token` renews them. */
  serviceAccount(): { readonly root: string; token(text: string): void } {
    const account = join(this.#folder, "var/run/secrets/kubernetes.io/serviceaccount");
    mkdirSync(account, { recursive: true });
    writeFileSync(join(account, "ca.crt"), this.#certificate.cert);
    const token = (text: string) => writeFileSync(join(account, "token"), text);
    token(this.tokens[0] ?? "");
    return { root: this.#folder, token };
  }

  put(kind: ApiKind, object: ApiObject): ApiObject {
    this.#version += 1;
    const { kind: name, apiVersion } = KINDS[kind];
    return this.#stores[kind].put({ apiVersion, kind: name, ...object }, this.#version);
  }

  remove(kind: ApiKind, name: string, namespace = ""): void {
    this.#version += 1;
    this.#stores[kind].remove(name, namespace, this.#version);
  }

  /** Tells all watches of a kind the version that is reached. */
  bookmark(kind: ApiKind): void {
    this.#version += 1;
    const { kind: name, apiVersion } = KINDS[kind];
    const object = { apiVersion, kind: name, metadata: { resourceVersion: String(this.#version) } };
    for (const watcher of this.#watchers)
      if (watcher.kind === kind) watcher.response.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
  }

  /** Writes a line into the watches of a kind that is no event. */
  garble(kind: ApiKind): void {
    for (const watcher of this.#watchers) if (watcher.kind === kind) watcher.response.write("no event at all\n");
  }

  /** Forgets what happened so far: older versions are gone, and so are the further pages of lists. */
  compact(): void {
    this.#version += 1;
    this.#compactedAt = this.#version;
    for (const store of Object.values(this.#stores)) store.compact();
  }

  /** Breaks off all watches, as a network does. */
  dropWatches(): void {
    for (const { response, end } of [...this.#watchers]) {
      end();
      response.destroy();
    }
  }

  /** Ends all watches, as a server does after a while. */
  endWatches(): void {
    for (const { response, end } of [...this.#watchers]) {
      end();
      response.end();
    }
  }

  /** Turns the next requests away for so long. */
  throttle(requests: number, seconds: number): void {
    this.#throttled = { requests, seconds };
  }

  /** Answers lists only after this time. */
  delayLists(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  watches(kind: ApiKind): number {
    return [...this.#watchers].filter((each) => each.kind === kind).length;
  }

  lists(kind: ApiKind): readonly ApiRequest[] {
    return this.requests.filter((each) => each.kind === kind && !each.isWatch && each.status === 200);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "https://127.0.0.1");
    const kind = (Object.keys(KINDS) as ApiKind[]).find((each) => KINDS[each].path === url.pathname);
    if (kind === undefined) return refuse(response, 404, "NotFound", `${url.pathname} is not served`);
    const isWatch = url.searchParams.get("watch") === "true";
    const note = (status: number) =>
      this.requests.push({ kind, isWatch, query: url.searchParams, status, atMs: performance.now() });
    const refused = this.#refusal(request);
    if (refused !== undefined) {
      note(refused.status);
      if (refused.seconds !== undefined) response.setHeader("retry-after", refused.seconds);
      return refuse(response, refused.status, refused.reason, refused.reason);
    }
    if (isWatch) note(this.#watch(kind, url.searchParams, response));
    else note(await this.#list(kind, url.searchParams, response));
  }

  #refusal(request: IncomingMessage): { status: number; reason: string; seconds?: number } | undefined {
    const token = request.headers.authorization?.replace(/^Bearer /, "");
    if (token === undefined || !this.tokens.includes(token)) return { status: 401, reason: "Unauthorized" };
    if (this.#throttled.requests === 0) return undefined;
    this.#throttled.requests -= 1;
    return { status: 429, reason: "TooManyRequests", seconds: this.#throttled.seconds };
  }

  async #list(kind: ApiKind, query: URLSearchParams, response: ServerResponse): Promise<number> {
    this.#listing += 1;
    this.mostListsAtOnce = Math.max(this.mostListsAtOnce, this.#listing);
    if (this.#delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
    this.#listing -= 1;
    const [version, after] = (query.get("continue") ?? `${this.#version} `).split(" ");
    if (Number(version) < this.#compactedAt) {
      refuse(response, 410, "Expired", "The provided continue parameter is too old");
      return 410;
    }
    const limit = Number(query.get("limit") ?? Number.POSITIVE_INFINITY);
    const rest = this.#stores[kind]
      .objects()
      .filter(([key, object]) => key > (after ?? "") && isSelected(object, query.get("fieldSelector")));
    const page = rest.slice(0, limit);
    const hasMore = rest.length > page.length;
    const metadata = {
      resourceVersion: version,
      ...(hasMore && { continue: `${version} ${page.at(-1)?.[0]}`, remainingItemCount: rest.length - page.length }),
    };
    const { kind: name, apiVersion } = KINDS[kind];
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ kind: `${name}List`, apiVersion, metadata, items: page.map(([, object]) => object) }),
    );
    return 200;
  }

  #watch(kind: ApiKind, query: URLSearchParams, response: ServerResponse): number {
    const from = Number(query.get("resourceVersion") ?? this.#version);
    const isGone = from < this.#compactedAt;
    if (isGone && !this.saysGoneInWatch) {
      refuse(response, 410, "Expired", `too old resource version: ${from}`);
      return 410;
    }
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (isGone) {
      const object = { kind: "Status", code: 410, reason: "Expired", message: `too old resource version: ${from}` };
      response.end(`${JSON.stringify({ type: "ERROR", object })}\n`);
      return 200;
    }
    const selector = query.get("fieldSelector");
    const tell = (event: ApiEvent) => {
      const seen = seenThrough(selector, event);
      if (seen !== undefined) response.write(`${JSON.stringify(seen)}\n`);
    };
    for (const event of this.#stores[kind].since(from)) tell(event);
    const silence = this.#stores[kind].listen(tell);
    const watcher: Watcher = {
      kind,
      response,
      end: () => {
        silence();
        this.#watchers.delete(watcher);
      },
    };
    this.#watchers.add(watcher);
    response.once("close", watcher.end);
    return 200;
  }
}

/** An event as a watch with a selector sees it: what leaves the selection is gone, what enters it is new. */
function seenThrough(
  selector: string | null,
  { type, object, before }: ApiEvent,
): { readonly type: string; readonly object: ApiObject } | undefined {
  const was = before !== undefined && isSelected(before, selector);
  const is = type !== "DELETED" && isSelected(object, selector);
  if (!was && !is) return undefined;
  return { type: was && is ? "MODIFIED" : is ? "ADDED" : "DELETED", object };
}

function refuse(response: ServerResponse, code: number, reason: string, message: string): void {
  response.writeHead(code, { "content-type": "application/json" });
  response.end(JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Failure", code, reason, message }));
}
