import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ensure, parseUnixNs, WeirError } from "@weir/base";
import type { ConnectionKey, PacketSource } from "../../packets/connection-packets.ts";
import type { FileNotes } from "../../packets/download.ts";
import type { Agents } from "../agents/agents.ts";
import type { Wanted } from "../agents/requests.ts";
import type { CaptureFolder } from "../capture-folder.ts";
import { aboutConnections, type ConnectionRow } from "./words.ts";

/** Packets that were fetched from agents, together; those that were asked for longest ago go. */
const MAX_FETCHED_BYTES = 1 << 30;
/** One answer of an agent: somewhat more than agents send. */
const MAX_ANSWER_BYTES = 300 << 20;
/** Clocks of rings and records are the same; a packet may still come late. */
const MARGIN_NS = 1_000_000_000n;

/** Where the packets of connections are: in the capture that was uploaded, or with the agent that saw them, from where they are fetched once. */
export class PacketFiles {
  readonly #captures: CaptureFolder;
  readonly #agents: Agents;
  readonly #folder: string;
  /** Fetches that are under way, by file. */
  readonly #fetching = new Map<string, Promise<void>>();

  /** `folder` is for what agents send. */
  constructor(captures: CaptureFolder, agents: Agents, folder: string) {
    this.#captures = captures;
    this.#agents = agents;
    this.#folder = folder;
  }

  /** The file that has the packets of these connections, all of one capture. Throws NOT_FOUND where nobody has them any more. */
  async of(rows: readonly [ConnectionRow, ...ConnectionRow[]]): Promise<PacketSource> {
    const [{ captureId }] = rows;
    const captured = this.#captures.pathOf(captureId);
    if (existsSync(captured)) return { file: captured, keys: rows, isPart: false };
    const file = join(this.#folder, `${fingerprint(rows)}.pcapng`);
    const fetching = this.#fetching.get(file) ?? this.#fetch(file, captureId, rows);
    this.#fetching.set(file, fetching);
    await fetching.finally(() => this.#fetching.delete(file));
    return { file, keys: rows, isPart: true };
  }

  async #fetch(file: string, captureId: string, rows: readonly ConnectionRow[]): Promise<void> {
    if (existsSync(file)) {
      const now = new Date();
      await utimes(file, now, now);
      return;
    }
    const agentId = this.#agents.keeperOf(captureId);
    if (agentId === undefined)
      throw new WeirError(
        "NOT_FOUND",
        "nobody here has its packets",
        "Packets seen live are with their agent, where it keeps them (weir agent --history DIR) and reports to this hub",
      );
    const notes = aboutConnections(`fetched from the agent ${agentId}`, rows);
    await mkdir(this.#folder, { recursive: true });
    await this.#agents.requests.ask(agentId, question(captureId, rows, notes), (chunks) => keep(file, chunks));
    await this.#makeRoom();
  }

  async #makeRoom(): Promise<void> {
    const files = await Promise.all(
      (await readdir(this.#folder)).map(async (name) => {
        const path = join(this.#folder, name);
        const { size, mtimeMs } = await stat(path);
        return { path, size, mtimeMs };
      }),
    );
    files.sort((a, b) => b.mtimeMs - a.mtimeMs);
    let bytes = 0;
    for (const { path, size } of files) {
      bytes += size;
      if (bytes > MAX_FETCHED_BYTES) await rm(path, { force: true });
    }
  }
}

function question(captureId: string, rows: readonly ConnectionRow[], { comment, names }: FileNotes): Wanted {
  const beginnings = rows.map(({ startedAt }) =>
    ensure(parseUnixNs(startedAt), "the store gives times that are times"),
  );
  const ends = rows.map(({ durationNs }, index) => (beginnings[index] ?? 0n) + BigInt(Math.ceil(durationNs)));
  const fromNs = least(beginnings) - MARGIN_NS;
  const toNs = -least(ends.map((each) => -each)) + MARGIN_NS;
  return {
    kind: "packets",
    captureId,
    keys: rows.map(keyOf),
    // A clock that was never set may say 1970.
    fromNs: `${fromNs < 0n ? 0n : fromNs}`,
    toNs: `${toNs}`,
    comment,
    names: [...names],
  };
}

function least(times: readonly bigint[]): bigint {
  return times.reduce((before, each) => (each < before ? each : before), times[0] ?? 0n);
}

function keyOf(row: ConnectionKey): ConnectionKey {
  const { transport, clientAddress, clientPort, serverAddress, serverPort, firstPacket, lastPacket } = row;
  return { transport, clientAddress, clientPort, serverAddress, serverPort, firstPacket, lastPacket };
}

function fingerprint(rows: readonly ConnectionRow[]): string {
  return createHash("sha256")
    .update(
      JSON.stringify(rows.map(({ connectionId, firstPacket, lastPacket }) => [connectionId, firstPacket, lastPacket])),
    )
    .digest("hex");
}

/** Writes what an agent sends: whole or not at all. */
async function keep(file: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${file}.${randomUUID()}.part`;
  try {
    await pipeline(Readable.from(bounded(chunks)), createWriteStream(part));
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}

async function* bounded(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES)
      throw new WeirError(
        "LIMIT_REACHED",
        "the agent sends more packets than were asked for",
        "Ask for fewer connections",
      );
    yield chunk;
  }
}
