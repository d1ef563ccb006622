import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { WeirError } from "@weir/base";

/** The fields that are asked for, by name; every occurrence in a frame, outermost first. */
export const TSHARK_FIELDS = [
  "frame.number",
  "frame.protocols",
  "ip.src",
  "ipv6.src",
  "ip.ttl",
  "ipv6.hlim",
  "ip.dsfield",
  "ipv6.tclass",
  "tcp.stream",
  "tcp.srcport",
  "tcp.flags",
  "tcp.len",
  "tcp.window_size",
  "tcp.option_kind",
  "tcp.options.mss_val",
  "tcp.options.wscale.shift",
  "tcp.options.sack.count",
  "tcp.options.sack.dsack_le",
  "tcp.analysis.bytes_in_flight",
  "tcp.analysis.lost_segment",
  "tcp.analysis.ack_rtt",
  "tcp.analysis.acks_frame",
  "tcp.analysis.reused_ports",
  "tcp.analysis.keep_alive",
  "tcp.analysis.keep_alive_ack",
  "tcp.analysis.zero_window",
  "tcp.analysis.zero_window_probe",
  "tcp.analysis.zero_window_probe_ack",
  "tcp.analysis.fast_retransmission",
  "tcp.analysis.spurious_retransmission",
] as const;
type Field = (typeof TSHARK_FIELDS)[number];

/** One frame as tshark shows it: all values of each field. */
export type TsharkFrame = Readonly<Record<Field, readonly string[]>>;

/** Lets tshark read a capture, with its default preferences and no names; `take` gets its frames in order. */
export async function runTshark(capture: string, take: (frame: TsharkFrame) => void): Promise<void> {
  const fields = TSHARK_FIELDS.flatMap((field) => ["-e", field]);
  const child = spawn("tshark", ["-n", "-r", capture, "-T", "fields", "-E", "aggregator=;", ...fields], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const started = new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => reject(isMissing(error) ? noTshark() : error));
  });
  await started;
  // A capture that tshark cannot read to its end is compared as far as it got: its exit code says nothing more.
  for await (const line of createInterface({ input: child.stdout })) take(parseFrame(line));
}

/** A line of `-T fields`: values by tabs, occurrences by semicolons (addresses and numbers hold neither). */
export function parseFrame(line: string): TsharkFrame {
  const values = line.split("\t");
  const entries = TSHARK_FIELDS.map((field, at) => [
    field,
    (values[at] ?? "") === "" ? [] : (values[at] ?? "").split(";"),
  ]);
  return Object.fromEntries(entries) as TsharkFrame;
}

function isMissing(error: Error): boolean {
  return "code" in error && error.code === "ENOENT";
}

function noTshark(): WeirError {
  return new WeirError(
    "ENGINE_MISSING",
    "there is no tshark on the PATH",
    "Install it (Debian, Ubuntu: apt-get install tshark; macOS: brew install wireshark), or leave out --tshark to compare with the facts files alone.",
  );
}
