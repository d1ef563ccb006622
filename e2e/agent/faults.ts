import { printed, type TestHost, type TestNetwork } from "./network.ts";

/** What goes wrong on hosts of the test bed, as it does on real ones. Each lasts until the network is closed, or `heal`. */
export class Faults {
  readonly #network: TestNetwork;

  constructor(network: TestNetwork) {
    this.#network = network;
  }

  /** The first so many segments with data to this port are lost when they arrive. */
  loseFirst(host: TestHost, port: number, packets: number): void {
    const data = `tcp dport ${port} tcp flags & (syn|fin|rst) == 0 ip length > 60`;
    this.#rule(host, "input", `${data} numgen inc mod 1000000 < ${packets} drop`);
  }

  /** A firewall throws SYNs to this port away. */
  synDrop(host: TestHost, port: number): void {
    this.#rule(host, "input", `tcp dport ${port} tcp flags & (syn|ack) == syn drop`);
  }

  /** A firewall throws away what the host itself sends to this port. */
  dropSent(host: TestHost, port: number): void {
    this.#rule(host, "output", `tcp dport ${port} drop`);
  }

  /** A firewall answers SYNs to this port with a reset. */
  reset(host: TestHost, port: number): void {
    this.#rule(host, "input", `tcp dport ${port} reject with tcp reset`);
  }

  /** A firewall answers SYNs to this port with an ICMP message: the port cannot be reached. */
  reject(host: TestHost, port: number): void {
    this.#rule(host, "input", `tcp dport ${port} reject`);
  }

  /** The host has no way to an address. */
  blackhole(host: TestHost, address: string): void {
    this.#network.run(host, "ip", ["route", "add", "blackhole", `${address}/32`]);
  }

  /** A server that listens and does not accept: `backlog` and one connections wait, further ones find no room. */
  async fullAcceptQueue(host: TestHost, port: number, backlog: number): Promise<void> {
    const listen = `import { createServer } from "node:net"; createServer().listen({ port: ${port}, backlog: ${backlog} }, () => console.log(process.pid));`;
    const server = this.#network.start(host, process.execPath, ["--input-type=module", "--eval", listen]);
    process.kill(Number(await printed(server.stdout, /\n/)), "SIGSTOP");
  }

  /** A name server that answers every question with SERVFAIL (RFC 1035, 4.1.1). */
  async dnsFailure(host: TestHost): Promise<void> {
    const answer = `import { createSocket } from "node:dgram"; const socket = createSocket("udp4"); socket.on("message", (query, from) => { query[2] |= 0x80; query[3] = 0x82; socket.send(query, from.port, from.address); }); socket.bind(53, () => console.log("up"));`;
    await this.#network.node(host, answer);
  }

  /** Takes the firewall's rules and the holes in the routes away. */
  heal(host: TestHost): void {
    this.#network.run(host, "nft", ["flush", "ruleset"]);
    this.#network.run(host, "ip", ["route", "flush", "type", "blackhole"]);
  }

  #rule(host: TestHost, hook: "input" | "output", rule: string): void {
    this.#network.run(host, "nft", ["add", "table", "inet", "faults"]);
    const chain = `{ type filter hook ${hook} priority 0; }`;
    this.#network.run(host, "nft", ["add", "chain", "inet", "faults", hook, chain]);
    this.#network.run(host, "nft", ["add", "rule", "inet", "faults", hook, ...rule.split(" ")]);
  }
}
