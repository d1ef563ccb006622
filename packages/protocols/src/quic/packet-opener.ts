import { toHex } from "@weir/base";
import { type SuiteParameters, suiteParameters } from "../common/tls/suite-parameters.ts";
import type { TlsSecrets } from "../contract.ts";
import {
  clearHeader,
  initialKeys,
  openPacket,
  openPayload,
  type PacketKeys,
  packetKeys,
  updatedKeys,
} from "./protection.ts";
import type { QuicVersion } from "./versions.ts";
import type { LongPacket } from "./wire.ts";

/** Bit of a short header's first byte that tells the keys' generation (RFC 9001 §6). */
const KEY_PHASE = 0x04;
/** Suites of early data that are tried: the secret does not tell, the resumed session's suite is not known. */
const EARLY_SUITES = [0x1301, 0x1303, 0x1302, 0x1304];

/** Words of the NSS key log format. */
const LABELS = {
  client: { handshake: "CLIENT_HANDSHAKE_TRAFFIC_SECRET", application: "CLIENT_TRAFFIC_SECRET_0" },
  server: { handshake: "SERVER_HANDSHAKE_TRAFFIC_SECRET", application: "SERVER_TRAFFIC_SECRET_0" },
} as const;
const EARLY_LABEL = "CLIENT_EARLY_TRAFFIC_SECRET";

type SideName = keyof typeof LABELS;

/** What one side's packets are opened with, and the highest packet numbers so far (RFC 9000 §12.3). */
class Side {
  handshake: PacketKeys | undefined;
  /** 1-RTT keys: of the time before the last update, of now, and of the time after the next update. */
  previous: PacketKeys | undefined;
  current: PacketKeys | undefined;
  next: PacketKeys | undefined;
  phase = 0;
  readonly largest = { initial: -1, handshake: -1, application: -1 };
}

/** Opens the packets of one connection: Initial ones always, the others with secrets. */
export class PacketOpener {
  readonly #secrets: TlsSecrets;
  readonly #sides = { client: new Side(), server: new Side() };
  #destinationId: Uint8Array;
  /** The version that the server's packets have, else the client's. */
  #version: QuicVersion;
  /** Initial keys by version: a server may answer in another one (RFC 9368 §2.3). */
  readonly #initial = new Map<number, ReturnType<typeof initialKeys>>();
  #early: PacketKeys | undefined;
  #suite: SuiteParameters | undefined;
  #random = "";

  constructor(secrets: TlsSecrets, version: QuicVersion, destinationId: Uint8Array) {
    this.#secrets = secrets;
    this.#version = version;
    this.#destinationId = destinationId.slice();
  }

  /** True where 1-RTT packets of this side can be opened. */
  opensShort(byClient: boolean): boolean {
    return this.#sides[sideName(byClient)].current !== undefined;
  }

  /** True where Handshake packets of the client can be opened: its Finished will be seen. */
  get opensHandshake(): boolean {
    return this.#sides.client.handshake !== undefined;
  }

  /** Initial packets are protected with another connection id from here on: after a Retry (RFC 9001 §5.2), or a first try in vain. */
  moveTo(destinationId: Uint8Array): void {
    this.#destinationId = destinationId.slice();
    this.#initial.clear();
  }

  /** The ClientHello's random: what secrets are found by. */
  useRandom(random: Uint8Array): void {
    this.#random = toHex(random);
  }

  /** The suite that the server chose. */
  useSuite(cipher: number): void {
    const suite = suiteParameters(cipher);
    if (suite === undefined || this.#suite !== undefined) return;
    this.#suite = suite;
    const version = this.#version;
    for (const name of ["client", "server"] as const) {
      const side = this.#sides[name];
      side.handshake = this.#keysOf(name, "handshake", suite, version);
      side.current = this.#keysOf(name, "application", suite, version);
      side.next = side.current && updatedKeys(version, side.current);
    }
  }

  /** The payload of a packet with a long header; undefined where it cannot be opened. */
  openLong(packet: LongPacket, byClient: boolean): Uint8Array | undefined {
    const side = this.#sides[sideName(byClient)];
    const space = packet.type === "initial" || packet.type === "handshake" ? packet.type : "application";
    const keys = this.#keysFor(packet, byClient, side);
    const opened = keys && openPacket(packet.bytes, packet.numberAt, keys, side.largest[space]);
    if (opened === undefined) return undefined;
    side.largest[space] = Math.max(side.largest[space], opened.number);
    this.#version = packet.version;
    return opened.payload;
  }

  /** The payload of a packet with a short header, whose packet number stands at `numberAt`; undefined where it cannot be opened. */
  openShort(bytes: Uint8Array, numberAt: number, byClient: boolean): Uint8Array | undefined {
    const side = this.#sides[sideName(byClient)];
    if (side.current === undefined) return undefined;
    const clear = clearHeader(bytes, numberAt, side.current, side.largest.application);
    if (clear === undefined) return undefined;
    const isSamePhase = (clear.first & KEY_PHASE) === side.phase;
    const candidates = isSamePhase ? [side.current] : [side.next, side.previous];
    for (const keys of candidates) {
      const payload = keys && openPayload(bytes, numberAt, clear, keys);
      if (payload === undefined) continue;
      if (keys === side.next) this.#update(side);
      side.largest.application = Math.max(side.largest.application, clear.number);
      return payload;
    }
    return undefined;
  }

  #update(side: Side): void {
    side.previous = side.current;
    side.current = side.next;
    side.next = side.current && updatedKeys(this.#version, side.current);
    side.phase ^= KEY_PHASE;
  }

  #keysFor(packet: LongPacket, byClient: boolean, side: Side): PacketKeys | undefined {
    if (packet.type === "handshake") return side.handshake;
    if (packet.type === "initial") return this.#initialOf(packet)[sideName(byClient)];
    return byClient && packet.type === "zeroRtt" ? this.#earlyOf(packet) : undefined;
  }

  #initialOf({ versionNumber, version }: LongPacket): ReturnType<typeof initialKeys> {
    const known = this.#initial.get(versionNumber);
    if (known !== undefined) return known;
    const fresh = initialKeys(version, this.#destinationId);
    this.#initial.set(versionNumber, fresh);
    return fresh;
  }

  /** Keys of 0-RTT packets (RFC 9001 §5.6): those of the first suite that opens one. */
  #earlyOf(packet: LongPacket): PacketKeys | undefined {
    if (this.#early !== undefined || this.#random === "" || packet.version.isGoogle) return this.#early;
    const secret = this.#secrets.find(EARLY_LABEL, this.#random);
    if (secret === undefined) return undefined;
    for (const cipher of EARLY_SUITES) {
      const suite = suiteParameters(cipher);
      if (suite === undefined || (suite.hash === "sha384") !== (secret.length === 48)) continue;
      const keys = packetKeys(packet.version, suite, secret);
      const { application } = this.#sides.client.largest;
      if (openPacket(packet.bytes, packet.numberAt, keys, application) === undefined) continue;
      this.#early = keys;
      break;
    }
    return this.#early;
  }

  #keysOf(
    side: SideName,
    level: "handshake" | "application",
    suite: SuiteParameters,
    version: QuicVersion,
  ): PacketKeys | undefined {
    const secret = this.#secrets.find(LABELS[side][level], this.#random);
    return secret && packetKeys(version, suite, secret);
  }
}

function sideName(byClient: boolean): SideName {
  return byClient ? "client" : "server";
}
