import { type AnalysisConfig, DEFAULT_CONFIG } from "./config.ts";
import type { Detector, DetectorDescription } from "./contract.ts";
import { ConnectDetector, connectDescription } from "./detectors/connect.ts";
import { DnsDetector, dnsDescription } from "./detectors/dns.ts";
import { ErrorsDetector, errorsDescription } from "./detectors/errors.ts";
import { ResetDetector, resetDescription } from "./detectors/reset.ts";
import { SlowDetector, slowDescription } from "./detectors/slow.ts";
import { TlsDetector, tlsDescription } from "./detectors/tls.ts";
import { TransferDetector, transferDescription } from "./detectors/transfer.ts";

/** A fresh set of all detectors. */
export function createDetectors(changes: Partial<AnalysisConfig> = {}): Detector[] {
  const config = { ...DEFAULT_CONFIG, ...changes };
  return [
    new ConnectDetector(config),
    new TransferDetector(config),
    new ResetDetector(config),
    new SlowDetector(config),
    new DnsDetector(config),
    new ErrorsDetector(config),
    new TlsDetector(config),
  ];
}

/** What the detectors look for, for docs/reference/findings.md. */
export const DETECTOR_DESCRIPTIONS: readonly DetectorDescription[] = [
  connectDescription,
  transferDescription,
  resetDescription,
  slowDescription,
  dnsDescription,
  errorsDescription,
  tlsDescription,
];
