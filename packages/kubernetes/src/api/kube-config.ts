import type { RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { WeirError } from "@weir/base";

/** Where the cluster is and who we are: the pod's service account, or a kubeconfig file (its current context). */
export type ClusterSource = { readonly kind: "inCluster" } | { readonly kind: "kubeconfig"; readonly path: string };

/** The word by which options name the service account of the pod. */
export const IN_CLUSTER = "in-cluster";

/** What an option says: `in-cluster`, or the path of a kubeconfig. */
export function clusterSourceOf(text: string): ClusterSource {
  return text === IN_CLUSTER ? { kind: "inCluster" } : { kind: "kubeconfig", path: text };
}

/**
 * The way to a cluster's API server. Addresses, certificates, proxies and credentials (service account tokens that are renewed on disk, client certificates, exec
 * plugins, OpenID Connect) are the official client's; see docs/decisions/0012-kubernetes.md why lists and watches are not.
 */
export class ClusterAccess {
  readonly #source: ClusterSource;
  /** Folder that stands before those of the service account: another one in tests. */
  readonly #root: string;
  #config: KubeConfig;

  constructor(source: ClusterSource, root = "") {
    this.#source = source;
    this.#root = root;
    this.#config = this.#load();
  }

  /** The address of the API server. */
  get server(): URL {
    const server = this.#config.getCurrentCluster()?.server ?? "";
    if (URL.canParse(server)) return new URL(server);
    throw invalid(`the kubeconfig names no server: "${server}"`);
  }

  /** How the next request is made; credentials that have been renewed on disk are read anew. */
  async options(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    await this.#config.applyToHTTPSOptions(options);
    return options;
  }

  /** Reads everything anew: the server does not take our credentials any more. */
  reload(): void {
    this.#config = this.#load();
  }

  #load(): KubeConfig {
    const config = new KubeConfig();
    if (this.#source.kind === "inCluster") {
      if (process.env["KUBERNETES_SERVICE_HOST"] === undefined)
        throw invalid("this is no pod of a cluster: KUBERNETES_SERVICE_HOST is not set");
      config.loadFromCluster(this.#root);
      return config;
    }
    const { path } = this.#source;
    try {
      config.loadFromFile(path);
    } catch (cause) {
      throw invalid(`the kubeconfig ${path} cannot be read: ${(cause as Error).message}`, cause);
    }
    return config;
  }
}

function invalid(message: string, cause?: unknown): WeirError {
  return new WeirError(
    "CONFIG_INVALID",
    message,
    "Give --kubernetes in-cluster inside of a pod, or a kubeconfig file",
    {
      cause,
    },
  );
}
