import { ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { records, run, temporaryFolder } from "./weir-read.ts";

describe("weir read of a connection whose beginning was not captured, on ports that mislead", () => {
  const { write } = temporaryFolder();
  const file = () => write("mid-stream.pcap", midStream().toPcap());

  it("takes who asked for the client, in connections and calls alike", () => {
    const ends = { clientAddress: "10.0.0.1", clientPort: 9000, serverAddress: "10.0.0.2", serverPort: 45_000 };
    const both = records(run(["--json", file()]).stdout).filter(({ kind }) => kind === "connection" || kind === "call");
    expect(both).toMatchObject([
      { kind: "call", operation: "GET", ...ends },
      {
        kind: "connection",
        directionEvidence: "protocol",
        directionScore: 240,
        gradeReasons: ["midStreamStart"],
        ...ends,
      },
    ]);
  });

  it("draws its packets the same way round", () => {
    const { stdout } = run(["--explain", "tcp:0", file()]);
    const arrows = [...stdout.matchAll(/^ +\d+ +\S+ \S+ +(→|←) +(PSH|FIN)? ?ACK/gm)].map(([, arrow]) => arrow);
    expect(arrows.join(" ")).toBe("→ ← → → ← →");
  });

  it("guesses by ports where calls are not read", () => {
    const [connection] = records(run(["--no-calls", "--connections", "--json", file()]).stdout);
    expect(connection).toMatchObject({ clientPort: 45_000, directionEvidence: "ephemeralPort" });
  });
});

/** A call in the middle of a connection: the server's port is of the ephemeral range, the client's is not. */
function midStream(): ScriptedCapture {
  const capture = new ScriptedCapture();
  const tcp = capture.tcp("10.0.0.1:9000", "10.0.0.2:45000");
  tcp.send("client", "GET / HTTP/1.1\r\nHost: orders\r\n\r\n");
  capture.after(5e6);
  tcp.send("server", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ack("client").close();
  return capture;
}
