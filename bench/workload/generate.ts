import { CaptureFile } from "./capture-file.ts";
import type { Conversation } from "./conversation.ts";
import { DnsConversation } from "./dns-conversation.ts";
import { EndsAllocator } from "./ends.ts";
import type { Profile } from "./profile.ts";
import { Random } from "./random.ts";
import { TcpConversation } from "./tcp-conversation.ts";
import { Wheel } from "./wheel.ts";

/** Conversations of one kind, so many at once. */
export interface Group {
  readonly profile: Profile;
  readonly atOnce: { readonly least: number; readonly most: number };
}

/** What to generate. The same workload at the same scale is the same file. */
export interface Workload {
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly groups: readonly Group[];
  /** At scale 1: captured for so long, or until so many connections were made and are through. */
  readonly size: { readonly seconds: number } | { readonly connections: number };
  /** Calms and storms: how often `atOnce` goes from least to most and back. */
  readonly waves: number;
}

/** Where generating stands. */
export interface Generated {
  readonly packets: number;
  readonly connections: number;
  readonly fileBytes: number;
  /** 0 to 1. */
  readonly share: number;
}

/** Writes the capture to `path`; memory does not grow with it. `onProgress` is called for every few MiB. */
export async function generate(
  path: string,
  workload: Workload,
  scale: number,
  onProgress: (progress: Generated) => void,
): Promise<Generated> {
  const file = await CaptureFile.create(path);
  const traffic = new Traffic(workload, scale, file);
  try {
    while (traffic.step()) {
      if (!file.isFull) continue;
      await file.flush();
      onProgress(traffic.progress());
    }
  } finally {
    await file.close();
  }
  return traffic.progress();
}

/** The conversations that are going on, each in a slot of the wheel. */
class Traffic {
  readonly #groups: readonly Group[];
  readonly #waves: number;
  readonly #untilUs: number;
  readonly #connections: number;
  readonly #file: CaptureFile;
  readonly #random: Random;
  readonly #ends: EndsAllocator;
  readonly #wheel: Wheel;
  readonly #conversations: (Conversation | undefined)[] = [];
  readonly #groupOf: Uint8Array;
  readonly #going: Uint32Array;
  readonly #freeSlots: number[] = [];
  /** With those that pause before their first packet. */
  #planned = 0;
  #begun = 0;

  constructor({ groups, seed, size, waves }: Workload, scale: number, file: CaptureFile) {
    this.#groups = groups;
    this.#waves = waves;
    this.#untilUs = "seconds" in size ? size.seconds * scale * 1e6 : Number.POSITIVE_INFINITY;
    this.#connections = "connections" in size ? Math.ceil(size.connections * scale) : Number.POSITIVE_INFINITY;
    this.#file = file;
    this.#random = new Random(seed);
    this.#ends = new EndsAllocator(this.#random);
    const slots = groups.reduce((sum, { atOnce }) => sum + atOnce.most, 0);
    this.#wheel = new Wheel(slots);
    this.#groupOf = new Uint8Array(slots);
    this.#going = new Uint32Array(groups.length);
    for (let slot = slots - 1; slot >= 0; slot -= 1) this.#freeSlots.push(slot);
    for (let group = 0; group < groups.length; group += 1) this.#fill(group);
  }

  /** One step of the conversation whose turn it is; false at the end. */
  step(): boolean {
    const slot = this.#wheel.take();
    const nowUs = this.#wheel.nowUs;
    if (slot === undefined || nowUs >= this.#untilUs) return false;
    const group = this.#groupOf[slot]!;
    this.#conversations[slot] ??= this.#begin(this.#groups[group]!.profile);
    const delayUs = this.#conversations[slot].advance(this.#file, nowUs);
    if (delayUs !== undefined) {
      this.#wheel.schedule(slot, delayUs);
      return true;
    }
    this.#conversations[slot] = undefined;
    this.#freeSlots.push(slot);
    this.#going[group]! -= 1;
    this.#fill(group);
    return true;
  }

  progress(): Generated {
    const { packets, fileBytes } = this.#file;
    return { packets, connections: this.#begun, fileBytes, share: this.#share() };
  }

  #share(): number {
    return Math.min(1, Math.max(this.#wheel.nowUs / this.#untilUs, this.#planned / this.#connections));
  }

  #begin(profile: Profile): Conversation {
    this.#begun += 1;
    const ends = this.#ends.draw(profile);
    return profile.transport === "dns"
      ? new DnsConversation(profile, ends, this.#random)
      : new TcpConversation(profile, ends, this.#random);
  }

  /** Starts conversations of a group until as many are going as should be now. */
  #fill(group: number): void {
    const { atOnce, profile } = this.#groups[group]!;
    const swell = (1 - Math.cos(2 * Math.PI * this.#waves * this.#share())) / 2;
    const target = atOnce.least + (atOnce.most - atOnce.least) * swell;
    while (this.#going[group]! < target && this.#planned < this.#connections) {
      const slot = this.#freeSlots.pop();
      if (slot === undefined) return;
      this.#groupOf[slot] = group;
      this.#going[group]! += 1;
      this.#planned += 1;
      this.#wheel.schedule(slot, this.#random.around(profile.pauseUs));
    }
  }
}
