import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import type { ImportState } from "@weir/http-contract";
import { ExitCode } from "../failure.ts";
import { askHub, hubAddress } from "../hub-client.ts";
import { ProgressLine } from "./progress.ts";

const POLL_MS = 300;

/** Uploads captures to a hub and waits until each is imported, with progress where `showsProgress`. Returns the exit code. */
export async function importInto(hubUrl: string, files: readonly string[], showsProgress: boolean): Promise<number> {
  const base = hubAddress(hubUrl);
  let failed = false;
  for (const file of files) {
    const { duplicate, ...received } = await upload(base, file, showsProgress);
    const final = await waitForImport(base, received, showsProgress);
    failed ||= final.state === "failed";
    process.stdout.write(`${describe(file, final, duplicate)}\n`);
  }
  process.stdout.write(`Look at it: ${base.origin}/\n`);
  return failed ? ExitCode.failed : ExitCode.ok;
}

type Uploaded = ImportState & { readonly duplicate: boolean };

async function upload(base: URL, file: string, showsProgress: boolean): Promise<Uploaded> {
  const name = file === "-" ? "stdin.pcap" : basename(file);
  const path = `/api/captures?name=${encodeURIComponent(name)}`;
  const fileBytes = file === "-" ? undefined : (await statOf(file)).size;
  const source = file === "-" ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
  const progress = new ProgressLine(`uploading ${name}`, fileBytes, showsProgress);
  const body = Readable.toWeb(Readable.from(counted(source, progress)));
  // `duplex` is required by fetch for streamed bodies, and missing in its types.
  const request = {
    method: "POST",
    body,
    duplex: "half",
    headers: { "content-type": "application/octet-stream" },
  } as RequestInit;
  try {
    return (await askHub(base, path, request)) as Uploaded;
  } finally {
    progress.clear();
  }
}

function statOf(file: string) {
  return stat(file).catch((cause: Error) => {
    throw new WeirError("FILE_NOT_FOUND", `${file} cannot be read: ${cause.message}`, "Check the path", { cause });
  });
}

/** The chunks of a file as they leave, told to the progress line. */
async function* counted(source: AsyncIterable<Uint8Array>, progress: ProgressLine): AsyncIterable<Uint8Array> {
  let bytesRead = 0;
  for await (const chunk of source) {
    yield chunk;
    bytesRead += chunk.length;
    progress.update({ bytesRead, packets: undefined });
  }
}

async function waitForImport(base: URL, received: ImportState, showsProgress: boolean): Promise<ImportState> {
  const progress = new ProgressLine(`importing ${received.name}`, received.fileBytes, showsProgress);
  let state = received;
  let told: string | undefined;
  while (state.state === "received" || state.state === "reading") {
    await sleep(POLL_MS);
    state = (await askHub(base, `/api/imports/${state.captureId}`)) as ImportState;
    progress.update(state);
    const waitsFor = state.state === "received" ? state.problem : undefined;
    if (waitsFor !== undefined && waitsFor !== told)
      process.stderr.write(`weir: the hub has it and waits: ${waitsFor}\n`);
    told = waitsFor ?? told;
  }
  progress.clear();
  return state;
}

function describe(file: string, state: ImportState, duplicate: boolean): string {
  if (state.state === "failed") return `${file}: not imported: ${state.problem ?? "unknown reason"}`;
  const note = state.problem === undefined ? "" : ` (${state.problem})`;
  return duplicate
    ? `${file}: was already imported, nothing added`
    : `${file}: imported, ${state.packets} packets${note}`;
}
