import type { OpenConnection } from "@weir/flow";
import type { Names } from "@weir/identity";
import { answeredAddresses, type CallDraft } from "@weir/protocols";

type Ends = Pick<OpenConnection, "clientAddress" | "serverAddress" | "startedAtNs">;

/** What stands for the names while their connection rests. */
export interface RestingNames {
  readonly tlsServerName: string | undefined;
  readonly host: string | undefined;
  readonly hasLearnedSni: boolean;
  readonly hasLearnedHost: boolean;
}

/** The names of one connection's ends: what its calls say of them, and how they are called. */
export class EndNames {
  readonly #names: Names;
  /** What was said to `Names` of the server: once is enough. */
  #hasLearnedSni = false;
  #hasLearnedHost = false;
  /** What was known when the ends were resolved last, see `Names.changes`; -1 where they must be resolved anew. */
  #changes = -1;
  #hinted: string | undefined;
  /** The name in the first ClientHello. */
  tlsServerName: string | undefined;
  /** The Host that the client asked for first. */
  host: string | undefined;
  client = "";
  server = "";

  /** `rest` is what {@link rest} said before the connection rested. */
  constructor(names: Names, rest?: RestingNames) {
    this.#names = names;
    if (rest === undefined) return;
    this.tlsServerName = rest.tlsServerName;
    this.host = rest.host;
    this.#hasLearnedSni = rest.hasLearnedSni;
    this.#hasLearnedHost = rest.hasLearnedHost;
  }

  /** What its calls have said so far; undefined where they said nothing. How the ends are called is looked up anew. */
  rest(): RestingNames | undefined {
    const { tlsServerName, host } = this;
    if (tlsServerName === undefined && host === undefined) return undefined;
    return { tlsServerName, host, hasLearnedSni: this.#hasLearnedSni, hasLearnedHost: this.#hasLearnedHost };
  }

  /** Takes what a call says about who is behind addresses. Only an answered request: the server took the name for its own. */
  learn(draft: CallDraft, { serverAddress, startedAtNs }: Ends): void {
    this.tlsServerName ??= draft.attributes["tls.client.server_name"];
    this.host ??= draft.attributes["http.request.header.host"];
    const names = this.#names;
    const answeredAtNs = draft.responseLast?.atNs ?? draft.requestFirst.atNs;
    for (const { address, name } of answeredAddresses(draft)) names.learn("dns", address, name, answeredAtNs);
    if (draft.status !== "ok") return;
    const { tlsServerName, host } = this;
    if (tlsServerName !== undefined && !this.#hasLearnedSni)
      names.learn("sni", serverAddress, tlsServerName, startedAtNs);
    if (host !== undefined && !this.#hasLearnedHost) names.learn("host", serverAddress, host, startedAtNs);
    this.#hasLearnedSni = tlsServerName !== undefined;
    this.#hasLearnedHost = host !== undefined;
  }

  /** Client and server turned out to be the other way round. */
  turned(): void {
    this.#changes = -1;
  }

  /** Brings `client` and `server` up to date with what was learned since. */
  resolve({ clientAddress, serverAddress, startedAtNs }: Ends): void {
    const { changes } = this.#names;
    const hinted = this.tlsServerName ?? this.host;
    if (this.#changes === changes && this.#hinted === hinted) return;
    this.#changes = changes;
    this.#hinted = hinted;
    this.client = this.#names.resolve(clientAddress, startedAtNs).name;
    this.server = this.#names.resolveServer(serverAddress, startedAtNs, hinted).name;
  }
}
