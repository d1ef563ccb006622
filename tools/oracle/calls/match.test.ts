import { describe, expect, it } from "vitest";
import { matchSaid } from "./match.ts";

const said = (value: string, frame: number, stream = "tcp 0") => ({ fact: "method", value, stream, frame });

describe("matchSaid", () => {
  it("pairs the same at the same frame, then the same in the same stream", () => {
    const matching = matchSaid(
      [said("GET", 1), said("GET", 5), said("PUT", 6), said("GET", 9)],
      [said("GET", 1), said("GET", 4), said("POST", 6), said("GET", 9, "tcp 1")],
    );
    expect(matching).toMatchObject({ sameFrame: 2, sameStream: 1 });
    expect(matching.tsharkOnly).toEqual([said("PUT", 6)]);
    expect(matching.weirOnly).toEqual([said("POST", 6)]);
  });

  it("does not ask for the number of a UDP stream", () => {
    const matching = matchSaid([said("A", 1, "udp 3")], [said("A", 2, "udp 7")]);
    expect(matching).toMatchObject({ sameFrame: 0, sameStream: 1, tsharkOnly: [], weirOnly: [] });
  });
});
