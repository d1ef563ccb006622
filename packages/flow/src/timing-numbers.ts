import type { FlowConnection } from "./connection.ts";
import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { CLIENT, ConnectionFlag, Int, NEVER, NO_RECORD, Real, SERVER, SideReal } from "./memory/connection-record.ts";
import { Turn } from "./memory/turn-record.ts";

/** The handshake in its parts, as far as they were seen. */
export function handshakeOf(connection: FlowConnection) {
  const synAtNs = connection.real(Real.synAtNs);
  const lastSynAckAtNs = connection.real(Real.lastSynAckAtNs);
  const handshakeAtNs = connection.real(Real.handshakeAtNs);
  const sawBoth = synAtNs !== NEVER && lastSynAckAtNs !== NEVER;
  const isWhole = sawBoth && handshakeAtNs !== NEVER;
  // SCTP's handshake has a fourth step: the client answers with its third, and the fourth ends it.
  const answeredAtNs = connection.memory.extras?.association?.echoedAtNs ?? handshakeAtNs;
  return {
    serverNs: sawBoth ? Math.max(0, lastSynAckAtNs - synAtNs) : undefined,
    clientNs: isWhole ? Math.max(0, answeredAtNs - lastSynAckAtNs) : undefined,
    wholeNs: isWhole ? Math.max(0, handshakeAtNs - synAtNs) : undefined,
    connectionTimeNs: connectionTimeNs(connection, synAtNs),
    portReuses: connection.has(ConnectionFlag.portReused) ? 1 : 0,
  };
}

function connectionTimeNs(connection: FlowConnection, synAtNs: number): number | undefined {
  const asked = connection.real((CLIENT >> 1) + SideReal.firstDataAtNs);
  const answered = connection.real((SERVER >> 1) + SideReal.firstDataAtNs);
  const first = asked === NEVER ? answered : answered === NEVER ? asked : Math.min(asked, answered);
  return synAtNs === NEVER || first === NEVER ? undefined : Math.max(0, first - synAtNs);
}

/** First request byte to first response byte. */
export function firstByteNs(connection: FlowConnection): number | undefined {
  const asked = connection.real((CLIENT >> 1) + SideReal.firstDataAtNs);
  const answered = connection.real((SERVER >> 1) + SideReal.firstDataAtNs);
  return asked !== NEVER && answered >= asked ? answered - asked : undefined;
}

const NO_TURNS = {
  thinkMeanNs: undefined,
  thinkMaxNs: undefined,
  thinkSamples: 0,
  idleMeanNs: undefined,
  idleMaxNs: undefined,
  idleSamples: 0,
};

/** Who was waited for, over all turns of the memory's current connection. */
export function turnsOf({ ints, base, turns }: ConnectionMemory) {
  const record = ints[base + Int.turns]!;
  if (record === NO_RECORD) return NO_TURNS;
  const at = turns.select(record);
  const [thinkSamples, idleSamples] = [turns.ints[at + Turn.thinkSamples]!, turns.ints[at + Turn.idleSamples]!];
  const real = (offset: number) => turns.reals[(at >> 1) + offset]!;
  return {
    thinkMeanNs: thinkSamples === 0 ? undefined : Math.round(real(Turn.thinkSumNs) / thinkSamples),
    thinkMaxNs: thinkSamples === 0 ? undefined : real(Turn.thinkMaxNs),
    thinkSamples,
    idleMeanNs: idleSamples === 0 ? undefined : Math.round(real(Turn.idleSumNs) / idleSamples),
    idleMaxNs: idleSamples === 0 ? undefined : real(Turn.idleMaxNs),
    idleSamples,
  };
}

/** A pause that may never have been: nothing that took less than no time is told. */
export function pauseOf(durationNs: number | undefined): number | undefined {
  return durationNs === undefined || durationNs === NEVER ? undefined : Math.max(0, durationNs);
}
