import type { Call } from "@weir/model";
import { describe, expect, it } from "vitest";
import { between, call, findingOf, findingsOf, pathOf, times } from "../testing/records.ts";

// Test captures begin on 2026-09-21.
const handshake = (changes: Partial<Call> = {}) =>
  call({
    ...between("orders", "bank", 443),
    protocol: "tls",
    operation: "ClientHello",
    target: "bank.example",
    statusCode: "",
    ...changes,
  });
const alert = (name: string) => handshake({ status: "serverError", statusCode: name });
const certificate = (notAfter: string, notBefore = "2026-01-01T00:00:00Z") =>
  handshake({
    attributes: {
      "tls.server.not_before": notBefore,
      "tls.server.not_after": notAfter,
      "tls.server.subject": "CN=bank.example",
    },
  });

describe("tls.alert", () => {
  it("says that one side does not trust the other", () => {
    const finding = findingOf("tls.alert", { calls: [handshake(), ...times(3, () => alert("unknown_ca"))] });
    expect(finding).toMatchObject({
      severity: "critical",
      title: "orders → bank:443: TLS handshakes fail (3 × unknown_ca)",
    });
    expect(pathOf(finding)["Is it about trust in a certificate?"]).toBe("taken");
  });

  it("says that the two have nothing in common", () => {
    const finding = findingOf("tls.alert", { calls: [handshake(), handshake(), alert("protocol_version")] });
    expect(finding?.severity).toBe("warning");
    expect(finding?.advice).toContain("versions, ciphers");
  });

  it("is not said for handshakes that succeed, or that the capture does not show to the end", () => {
    expect(
      findingsOf({ calls: [handshake(), handshake({ status: "unknown", gradeReasons: ["captureEnded"] })] }),
    ).toEqual([]);
  });
});

describe("tls.certificate-expired", () => {
  it("holds the date against the time of the handshake", () => {
    const finding = findingOf("tls.certificate-expired", { calls: [certificate("2026-09-01T00:00:00Z")] });
    expect(finding).toMatchObject({ severity: "critical", decided: true });
    expect(finding?.title).toBe("orders → bank:443: the certificate of CN=bank.example has expired");
  });

  it("warns two weeks ahead", () => {
    expect(findingOf("tls.certificate-expired", { calls: [certificate("2026-09-30T00:00:00Z")] })?.severity).toBe(
      "warning",
    );
  });

  it("does not mind a certificate with time left, or one that it cannot see", () => {
    expect(findingsOf({ calls: [certificate("2027-09-01T00:00:00Z"), handshake(), certificate("soon")] })).toEqual([]);
  });

  it("cannot tell about one that is not valid yet: the capture's clock may be wrong", () => {
    const finding = findingOf("tls.certificate-expired", {
      calls: [certificate("2027-09-01T00:00:00Z", "2026-12-01T00:00:00Z")],
    });
    expect(finding).toMatchObject({ decided: false, severity: "info", grade: "unknown" });
  });
});
