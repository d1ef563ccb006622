import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ScriptedCapture } from "@weir/wire/testing";
import { printed } from "../agent/network.ts";

const HOST = "127.0.0.1";

/** Flows, packets and bytes that a collector has counted. */
export interface Counted {
  readonly flows: number;
  readonly packets: number;
  readonly bytes: number;
}

/** Debian's nfcapd, and what it and tshark make of the datagrams that come. */
export class Collector {
  readonly #folder: string;
  readonly #nfcapd: ChildProcess;
  readonly #said: Promise<string>;
  readonly #relay = createSocket("udp4");
  readonly #datagrams: Uint8Array[] = [];
  /** Where to send. */
  address = "";

  private constructor(folder: string, nfcapd: ChildProcess) {
    this.#folder = folder;
    this.#nfcapd = nfcapd;
    this.#said = printed(nfcapd.stderr, /Terminating/);
  }

  /** Starts nfcapd behind a socket that keeps what comes for tshark. */
  static async start(parent: string): Promise<Collector> {
    const folder = mkdtempSync(join(parent, "flows-"));
    const port = await freePort();
    const args = ["-w", folder, "-b", HOST, "-p", String(port), "-t", "3600"];
    const nfcapd = spawn("nfcapd", args, { stdio: ["ignore", "ignore", "pipe"] });
    await printed(nfcapd.stderr, /Startup/);
    const collector = new Collector(folder, nfcapd);
    collector.#relay.on("message", (datagram) => {
      collector.#datagrams.push(datagram);
      collector.#relay.send(datagram, port, HOST);
    });
    collector.#relay.bind(0, HOST);
    await once(collector.#relay, "listening");
    collector.address = `${HOST}:${collector.#relay.address().port}`;
    return collector;
  }

  /** Ends nfcapd, and says what nfdump reads of its file, and what nfcapd complained of. */
  async counted(): Promise<Counted & { readonly sequenceErrors: number; readonly badPackets: number }> {
    await new Promise((resolve) => setTimeout(resolve, 500));
    this.#relay.close();
    this.#nfcapd.kill("SIGTERM");
    const said = await this.#said;
    const number = (name: string) => Number(new RegExp(`${name}: (\\d+)`).exec(said)?.[1]);
    const [file = ""] = readdirSync(this.#folder).filter((name) => name.startsWith("nfcapd."));
    const options = ["-r", join(this.#folder, file), "-q", "-N", "-o", "fmt:%pkt %byt"];
    const rows = execFileSync("nfdump", options, { encoding: "utf8" }).trim().split("\n");
    const sum = (column: number) => rows.reduce((all, row) => all + Number(row.trim().split(/\s+/)[column]), 0);
    return {
      flows: rows.length,
      packets: sum(0),
      bytes: sum(1),
      sequenceErrors: number("Sequence Errors"),
      badPackets: number("Bad Packets"),
    };
  }

  /** What tshark says of the datagrams, line by line. */
  decoded(): string {
    const capture = new ScriptedCapture();
    for (const datagram of this.#datagrams) capture.udp("10.0.0.9:40000", "10.0.0.10:4739", datagram);
    const file = join(this.#folder, "flows.pcap");
    writeFileSync(file, capture.toPcap());
    const options = ["-r", file, "-d", "udp.port==4739,cflow", "-V"];
    return execFileSync("tshark", options, {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "ignore"],
    });
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, HOST);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}
