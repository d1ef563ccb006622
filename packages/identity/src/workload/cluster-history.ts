import { addressBytes } from "../canonical-address.ts";
import type {
  ClusterChange,
  ClusterKind,
  Endpoint,
  EndpointSlice,
  Node,
  Pod,
  PodContainer,
  Service,
} from "./cluster-change.ts";
import { Holdings } from "./holdings.ts";
import { type IpNetwork, isInNetwork, parseNetwork } from "./ip-network.ts";
import { ObjectStore } from "./object-store.ts";
import { serviceNameOfPod } from "./service-name.ts";

/** What a cluster's history may hold. */
const LIMITS = {
  pods: { present: 150_000, gone: 50_000 },
  services: { present: 50_000, gone: 10_000 },
  endpointslices: { present: 100_000, gone: 10_000 },
  nodes: { present: 20_000, gone: 5_000 },
  containers: 500_000,
  addresses: { keys: 300_000, holdersPerKey: 16 },
  /** Endpoints of a Service, those that are gone included. */
  members: { keys: 60_000, holdersPerKey: 4_096 },
} as const;

/** An address that is called so from a moment on. */
export interface AddressName {
  readonly address: string;
  readonly name: string;
  readonly fromUnixMs: number;
}

/** An endpoint with the Service that it is of. */
export interface ServedEndpoint extends Endpoint {
  readonly namespace: string;
  readonly service: string;
}

/** How many objects are held, and how many found no room. */
export type ClusterCounts = Readonly<Record<ClusterKind, number>> & {
  readonly addresses: number;
  readonly dropped: number;
};

/**
 * The objects of a cluster and who had which address when. What is gone is remembered, within limits: an old connection keeps the pod that it had, also when the address
 * is another's by now.
 */
export class ClusterHistory {
  readonly #pods = new ObjectStore<Pod>(LIMITS.pods);
  readonly #services = new ObjectStore<Service>(LIMITS.services);
  readonly #slices = new ObjectStore<EndpointSlice>(LIMITS.endpointslices);
  readonly #nodes = new ObjectStore<Node>(LIMITS.nodes);
  readonly #nodeByName = new Map<string, string>();
  readonly #podByContainer = new Map<string, string>();
  readonly #podAddresses = new Holdings(LIMITS.addresses);
  readonly #serviceAddresses = new Holdings(LIMITS.addresses);
  readonly #nodeAddresses = new Holdings(LIMITS.addresses);
  /** By address, and by Service (`NAMESPACE/NAME`): the endpoints, as `SLICE ADDRESS`. */
  readonly #endpointAddresses = new Holdings(LIMITS.addresses);
  readonly #members = new Holdings(LIMITS.members);
  readonly #endpoints = new ObjectStore<ServedEndpoint>(LIMITS.endpointslices);
  #podNetworks: readonly IpNetwork[] = [];

  /** Takes one change in, and says which addresses have names from it. */
  apply(change: ClusterChange): readonly AddressName[] {
    switch (change.kind) {
      case "pods":
        return this.#pod(change.key, change.object, change.atUnixMs);
      case "services":
        return this.#service(change.key, change.object, change.atUnixMs);
      case "endpointslices":
        return this.#slice(change.key, change.object, change.atUnixMs);
      case "nodes":
        return this.#node(change.key, change.object, change.atUnixMs);
      default:
        return change satisfies never;
    }
  }

  get counts(): ClusterCounts {
    const holdings = [this.#podAddresses, this.#serviceAddresses, this.#nodeAddresses, this.#endpointAddresses];
    const stores = [this.#pods, this.#services, this.#slices, this.#nodes, this.#endpoints];
    const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
    return {
      pods: this.#pods.size,
      services: this.#services.size,
      endpointslices: this.#slices.size,
      nodes: this.#nodes.size,
      addresses: sum(holdings.map(({ size }) => size)),
      dropped: sum([...holdings, this.#members, ...stores].map(({ dropped }) => dropped)),
    };
  }

  podByUid(uid: string): Pod | undefined {
    return this.#pods.get(uid);
  }

  /** The pod that a container is of, and the container in it. */
  podByContainer(id: string): { readonly pod: Pod; readonly container: PodContainer | undefined } | undefined {
    const pod = this.#pods.get(this.#podByContainer.get(id) ?? "");
    return pod && { pod, container: pod.containers.find((each) => each.id === id) };
  }

  podsAt(address: string, unixMs: number): Pod[] {
    return defined(this.#podAddresses.at(address, unixMs).map((uid) => this.#pods.get(uid)));
  }

  servicesAt(address: string, unixMs: number): Service[] {
    return defined(this.#serviceAddresses.at(address, unixMs).map((key) => this.#services.get(key)));
  }

  nodesAt(address: string, unixMs: number): Node[] {
    return defined(this.#nodeAddresses.at(address, unixMs).map((key) => this.#nodes.get(key)));
  }

  endpointsAt(address: string, unixMs: number): ServedEndpoint[] {
    return defined(this.#endpointAddresses.at(address, unixMs).map((id) => this.#endpoints.get(id)));
  }

  /** The endpoints of a Service that took connections at that moment. */
  endpointsOf({ namespace, name }: Pick<Service, "namespace" | "name">, unixMs: number): ServedEndpoint[] {
    return defined(this.#members.at(`${namespace}/${name}`, unixMs).map((id) => this.#endpoints.get(id)));
  }

  nodeByName(name: string | undefined): Node | undefined {
    return name === undefined ? undefined : this.#nodes.get(this.#nodeByName.get(name) ?? "");
  }

  /** True where the address is one that the cluster gives out, or once gave out. */
  isOfCluster(address: string): boolean {
    if (this.#podAddresses.has(address) || this.#endpointAddresses.has(address)) return true;
    const bytes = addressBytes(address);
    return bytes !== undefined && this.#podNetworks.some((network) => isInNetwork(bytes, network));
  }

  #pod(uid: string, pod: Pod | undefined, atUnixMs: number): readonly AddressName[] {
    if (pod === undefined) {
      const last = this.#pods.remove(uid);
      for (const address of last?.addresses ?? []) this.#podAddresses.release(address, uid, atUnixMs);
      return [];
    }
    const put = this.#pods.put(uid, pod);
    if (put === false) return [];
    for (const { id } of pod.containers) this.#rememberContainer(id, uid);
    const own = pod.isHostNetwork ? [] : pod.addresses;
    for (const address of put.before?.addresses ?? [])
      if (!own.includes(address)) this.#podAddresses.release(address, uid, atUnixMs);
    const fromUnixMs = pod.startedUnixMs ?? atUnixMs;
    for (const address of own) this.#podAddresses.take(address, uid, fromUnixMs, true);
    if (pod.endedUnixMs !== undefined)
      for (const address of own) this.#podAddresses.release(address, uid, pod.endedUnixMs);
    return own.map((address) => ({ address, name: serviceNameOfPod(pod), fromUnixMs }));
  }

  #service(key: string, service: Service | undefined, atUnixMs: number): readonly AddressName[] {
    if (service === undefined) {
      const last = this.#services.remove(key);
      for (const address of last?.addresses ?? []) this.#serviceAddresses.release(address, key, atUnixMs);
      return [];
    }
    const put = this.#services.put(key, service);
    if (put === false) return [];
    for (const address of put.before?.addresses ?? [])
      if (!service.addresses.includes(address)) this.#serviceAddresses.release(address, key, atUnixMs);
    const { createdUnixMs, name } = service;
    const fromUnixMs = put.before === undefined ? createdUnixMs : atUnixMs;
    for (const address of service.addresses) this.#serviceAddresses.take(address, key, fromUnixMs, true);
    return service.addresses.map((address) => ({ address, name, fromUnixMs: createdUnixMs }));
  }

  #slice(key: string, slice: EndpointSlice | undefined, atUnixMs: number): readonly AddressName[] {
    const before = slice === undefined ? this.#slices.remove(key) : undefined;
    const put = slice === undefined ? { before } : this.#slices.put(key, slice);
    if (put === false) return [];
    const now = new Set(slice?.endpoints.map(({ address }) => address));
    for (const { address } of put.before?.endpoints ?? []) {
      if (now.has(address) || put.before === undefined) continue;
      const id = `${key} ${address}`;
      this.#endpointAddresses.release(address, id, atUnixMs);
      this.#members.release(`${put.before.namespace}/${put.before.service}`, id, atUnixMs);
      this.#endpoints.remove(id);
    }
    if (slice === undefined) return [];
    for (const endpoint of slice.endpoints) this.#endpoint(key, slice, endpoint);
    return this.#namesBehind(slice);
  }

  #endpoint(key: string, { namespace, service, changedUnixMs }: EndpointSlice, endpoint: Endpoint): void {
    const id = `${key} ${endpoint.address}`;
    if (this.#endpoints.put(id, { ...endpoint, namespace, service }) === false) return;
    this.#endpointAddresses.take(endpoint.address, id, changedUnixMs, false);
    if (endpoint.isReady) this.#members.take(`${namespace}/${service}`, id, changedUnixMs, false);
    else this.#members.release(`${namespace}/${service}`, id, changedUnixMs);
  }

  /** A Service is called as the pods behind it are, where they agree: so that what is seen before and behind the address translation is one service. */
  #namesBehind({ namespace, service, endpoints, changedUnixMs }: EndpointSlice): readonly AddressName[] {
    const pods = defined(endpoints.map(({ pod }) => (pod === undefined ? undefined : this.#pods.get(pod.uid))));
    const [name, ...others] = new Set(pods.map(serviceNameOfPod));
    if (name === undefined || others.length > 0) return [];
    for (const each of this.#services.present())
      if (each.name === service && each.namespace === namespace)
        return each.addresses.map((address) => ({ address, name, fromUnixMs: changedUnixMs }));
    return [];
  }

  #node(key: string, node: Node | undefined, atUnixMs: number): readonly AddressName[] {
    if (node === undefined) {
      const last = this.#nodes.remove(key);
      for (const address of last?.addresses ?? []) this.#nodeAddresses.release(address, key, atUnixMs);
      return [];
    }
    const put = this.#nodes.put(key, node);
    if (put === false) return [];
    this.#nodeByName.set(node.name, key);
    for (const address of put.before?.addresses ?? [])
      if (!node.addresses.includes(address)) this.#nodeAddresses.release(address, key, atUnixMs);
    for (const address of node.addresses) this.#nodeAddresses.take(address, key, node.createdUnixMs, true);
    if (put.before?.podNetworks.join() !== node.podNetworks.join())
      this.#podNetworks = defined([...this.#nodes.present()].flatMap((each) => each.podNetworks.map(parseNetwork)));
    return node.addresses.map((address) => ({ address, name: node.name, fromUnixMs: node.createdUnixMs }));
  }

  #rememberContainer(id: string, uid: string): void {
    this.#podByContainer.delete(id);
    this.#podByContainer.set(id, uid);
    for (const oldest of this.#podByContainer.keys()) {
      if (this.#podByContainer.size <= LIMITS.containers) break;
      this.#podByContainer.delete(oldest);
    }
  }
}

function defined<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined);
}
