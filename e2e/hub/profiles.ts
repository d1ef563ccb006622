import { setTimeout as sleep } from "node:timers/promises";
import Pyroscope from "@pyroscope/nodejs";
import { Function as Func, Line, Location, Profile, Sample, StringTable, ValueType } from "pprof-format";

/** A profile of pprof of processor time by stacks, `outer;inner`. */
export function pprofOf(stacks: Readonly<Record<string, number>>): Uint8Array {
  const strings = new StringTable();
  const ids = new Map<string, number>();
  const functions: Func[] = [];
  const location: Location[] = [];
  const idOf = (name: string): number => {
    const id = ids.get(name) ?? ids.size + 1;
    if (ids.has(name)) return id;
    ids.set(name, id);
    functions.push(new Func({ id, name: strings.dedup(name), filename: strings.dedup(`${name}.js`) }));
    location.push(new Location({ id, line: [new Line({ functionId: id, line: 1 })] }));
    return id;
  };
  const sample = Object.entries(stacks).map(
    ([stack, value]) => new Sample({ locationId: stack.split(";").reverse().map(idOf), value: [value] }),
  );
  const sampleType = [new ValueType({ type: strings.dedup("cpu"), unit: strings.dedup("nanoseconds") })];
  return new Profile({ sampleType, sample, location, function: functions, stringTable: strings }).encode();
}

/** Work that shows in a profile under its name. */
function countPrimes(below: number): number {
  let count = 0;
  for (let number = 2; number < below; number += 1) {
    let divisor = 2;
    while (divisor * divisor <= number && number % divisor !== 0) divisor += 1;
    if (divisor * divisor > number) count += 1;
  }
  return count;
}

const WORK_MS = 1_500;

/** Takes a profile of some work in this process and sends it, by Pyroscope's own client. */
export async function profileByPyroscope(serverAddress: string, appName: string): Promise<void> {
  Pyroscope.init({ serverAddress, appName, flushIntervalMs: 500, wall: { samplingDurationMs: 500 } });
  Pyroscope.start();
  const until = Date.now() + WORK_MS;
  while (Date.now() < until) {
    countPrimes(20_000);
    await sleep(1);
  }
  await Pyroscope.stop();
}
