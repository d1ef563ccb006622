import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import type { Architecture } from "./kernels.ts";

/** How a machine of an architecture is made, without the help of this one's processor. */
const MACHINES: Readonly<Record<Architecture, { command: string; args: readonly string[]; console: string }>> = {
  amd64: { command: "qemu-system-x86_64", args: ["-machine", "q35", "-cpu", "max"], console: "ttyS0" },
  arm64: { command: "qemu-system-aarch64", args: ["-machine", "virt", "-cpu", "cortex-a76"], console: "ttyAMA0" },
};
const MEMORY_MIB = 2_048;
const MOST_MS = 20 * 60_000;

/** What a machine is started from. */
export interface Disks {
  readonly architecture: Architecture;
  readonly image: string;
  readonly firstDisk: string;
  /** Read-only file systems, the root first. */
  readonly disks: readonly string[];
  /** Gets what the machine prints. */
  readonly log: string;
}

/** Starts a machine and waits until it ends; returns what it printed. */
export async function runMachine({ architecture, image, firstDisk, disks, log }: Disks): Promise<string> {
  const { command, args, console } = MACHINES[architecture];
  const drives = disks.flatMap((file) => ["-drive", `if=virtio,format=raw,readonly=on,file=${file}`]);
  const common = [
    "-accel",
    "tcg,thread=multi",
    "-smp",
    "2",
    "-m",
    `${MEMORY_MIB}`,
    "-nographic",
    "-no-reboot",
    "-nic",
    "none",
  ];
  const start = ["-kernel", image, "-initrd", firstDisk, "-append", `console=${console} panic=-1 loglevel=4`];
  const child = spawn("nice", ["-n", "10", command, ...args, ...common, ...drives, ...start], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const patience = setTimeout(() => child.kill("SIGKILL"), MOST_MS);
  const file = createWriteStream(log);
  let printed = "";
  child.stdout.on("data", (bytes: Uint8Array) => {
    file.write(bytes);
    printed += new TextDecoder().decode(bytes);
  });
  await once(child, "close");
  clearTimeout(patience);
  file.end();
  return printed;
}
