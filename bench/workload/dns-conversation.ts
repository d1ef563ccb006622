import type { CaptureFile } from "./capture-file.ts";
import type { Conversation } from "./conversation.ts";
import { beginIpFrame, type Ends, put16 } from "./ip-frame.ts";
import type { Profile } from "./profile.ts";
import type { Random } from "./random.ts";

const UDP = 17;
const NAMES = ["orders", "items", "payments", "users", "search", "mail"] as const;
const RETRY_US = 5e6;

/** A query for the address of a service and its answer; one asked in vain is asked again. */
export class DnsConversation implements Conversation {
  readonly #profile: Profile;
  readonly #ends: Ends;
  readonly #random: Random;
  readonly #id: number;
  readonly #question: Buffer;
  #attempts = 0;
  #asked = false;

  constructor(profile: Profile, ends: Ends, random: Random) {
    this.#profile = profile;
    this.#ends = ends;
    this.#random = random;
    this.#id = random.below(65_536);
    this.#question = QUESTIONS[random.below(QUESTIONS.length)]!;
  }

  advance(file: CaptureFile, nowUs: number): number | undefined {
    if (this.#asked) {
      this.#write(file, nowUs, false);
      return undefined;
    }
    this.#write(file, nowUs, true);
    this.#attempts += 1;
    if (this.#attempts === 1 && this.#random.chance(this.#profile.permille.unanswered)) return RETRY_US;
    this.#asked = true;
    return this.#random.around(this.#profile.serverTimeUs);
  }

  #write(file: CaptureFile, nowUs: number, fromClient: boolean): void {
    const messageBytes = 12 + this.#question.length + (fromClient ? 0 : ANSWER.length);
    const udpBytes = 8 + messageBytes;
    const { at, pseudoHeaderSum } = beginIpFrame(file, nowUs, this.#ends, fromClient, UDP, udpBytes);
    const { bytes } = file;
    const { clientPort, serverPort } = this.#ends;
    put16(bytes, at, fromClient ? clientPort : serverPort);
    put16(bytes, at + 2, fromClient ? serverPort : clientPort);
    put16(bytes, at + 4, udpBytes);
    put16(bytes, at + 6, pseudoHeaderSum);
    const message = at + 8;
    put16(bytes, message, this.#id);
    put16(bytes, message + 2, fromClient ? 0x0100 : 0x8180);
    put16(bytes, message + 4, 1);
    put16(bytes, message + 6, fromClient ? 0 : 1);
    put16(bytes, message + 8, 0);
    put16(bytes, message + 10, 0);
    this.#question.copy(bytes, message + 12);
    if (!fromClient) ANSWER.copy(bytes, message + 12 + this.#question.length);
  }
}

/** Names as labels, type A, class IN. */
const QUESTIONS = NAMES.map((name) => {
  const labels = [name, "shop", "svc", "cluster", "local"];
  return Buffer.concat([
    ...labels.map((label) => Buffer.from(String.fromCharCode(label.length) + label)),
    Buffer.from([0, 0, 1, 0, 1]),
  ]);
});
/** The name of the question, type A, class IN, 30 s, 10.2.0.9. */
const ANSWER = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 10, 2, 0, 9]);
