import type { Connection } from "@weir/model";
import { describe, expect, it } from "vitest";
import type { LiveRecord } from "../messages.ts";
import { LateNames } from "./late-names.ts";

/** Names connections "known" from a moment on, and forgets them. */
class Told {
  nowMs = 0;
  isKnown = false;
  readonly forgotten: string[] = [];
  readonly names = new LateNames(
    [
      {
        name: (connection) => {
          Object.assign(connection, { clientK8sPodName: this.isKnown ? "known" : undefined });
          return !this.isKnown;
        },
        forget: (connectionId) => this.forgotten.push(connectionId),
      },
    ],
    () => this.nowMs,
  );
}

const record = (connectionId: string, report: "start" | "end"): LiveRecord => ({
  kind: "connection",
  report,
  record: { connectionId } as Connection,
});
const podOf = (records: readonly LiveRecord[]) => records.map((live) => (live.record as Connection).clientK8sPodName);

describe("connections whose names are not known yet", () => {
  it("wait when they are over, and go out with their names when those come", () => {
    const told = new Told();
    expect(told.names.take([record("a", "start"), record("a", "end")])).toHaveLength(1);
    told.nowMs = 4_999;
    expect(told.names.due()).toEqual([]);
    told.isKnown = true;
    expect(podOf(told.names.due())).toEqual(["known"]);
    expect(told.forgotten).toEqual(["a"]);
    expect(told.names.counts).toEqual({ held: 0, namedLate: 1, gaveUp: 0 });
  });

  it("wait five seconds, not longer", () => {
    const told = new Told();
    told.names.take([record("a", "end")]);
    told.nowMs = 5_000;
    expect(podOf(told.names.due())).toEqual([undefined]);
    expect(told.names.counts).toEqual({ held: 0, namedLate: 0, gaveUp: 1 });
  });

  it("are 10 000 at most: the first go as they are", () => {
    const told = new Told();
    const out = told.names.take(Array.from({ length: 10_002 }, (_, number) => record(`c${number}`, "end")));
    expect(out.map((live) => (live.record as Connection).connectionId)).toEqual(["c0", "c1"]);
    expect(told.names.rest()).toHaveLength(10_000);
  });

  it("do not keep others back", () => {
    const told = new Told();
    const call = { kind: "call", record: {} } as LiveRecord;
    expect(told.names.take([record("a", "end"), call])).toEqual([call]);
  });
});
