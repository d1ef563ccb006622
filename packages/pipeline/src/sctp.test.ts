import { dataChunk, ScriptedCapture, ScriptedSctp } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import { run } from "./testing/run-pipeline.ts";

const REQUEST = "GET /orders HTTP/1.1\r\nHost: orders\r\n\r\n";
const RESPONSE = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef";

describe("the messages of an SCTP association", () => {
  it("are read as a stream is: requests and answers become calls, fragments and all", () => {
    const capture = new ScriptedCapture();
    const association = new ScriptedSctp(capture, "10.0.0.1:40000", "10.0.0.2:8080").handshake();
    association.send("client", REQUEST);
    capture.after(5e6);
    const cut = RESPONSE.length - 3;
    association.packet("server", [dataChunk(5000, RESPONSE.slice(0, cut), 2)]);
    capture.after(1e6);
    association.packet("server", [dataChunk(5001, RESPONSE.slice(cut), 1)]);
    const { connections, calls } = run(capture);
    expect(connections).toMatchObject([{ transport: "sctp", protocol: "http", calls: 1 }]);
    expect(calls).toMatchObject([
      {
        transport: "sctp",
        streamNumber: 0,
        operation: "GET",
        target: "/orders",
        statusCode: "200",
        waitNs: 5e6,
        responseNs: 1e6,
        requestPackets: [5, 5],
        responsePackets: [6, 7],
        gradeReasons: [],
      },
    ]);
  });

  it("lack what was lost: the call says it", () => {
    const capture = new ScriptedCapture();
    const association = new ScriptedSctp(capture, "10.0.0.1:40000", "10.0.0.2:8080").handshake();
    association.send("client", REQUEST);
    association.packet("server", [dataChunk(5000, RESPONSE.slice(0, -6), 2)]);
    association.packet("server", [dataChunk(5002, "ef", 1)]);
    const { calls } = run(capture);
    expect(calls).toMatchObject([{ operation: "GET", statusCode: "200", gradeReasons: ["missingSegments"] }]);
  });
});
