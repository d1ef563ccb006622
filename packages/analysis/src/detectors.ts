import { type AnalysisConfig, DEFAULT_CONFIG } from "./config.ts";
import type { Detector, DetectorDescription } from "./contract.ts";
import { CertificateDetector, certificateDescription } from "./detectors/certificate.ts";
import { ClientErrorsDetector, clientErrorsDescription } from "./detectors/client-errors.ts";
import { ClientTimeoutDetector, clientTimeoutDescription } from "./detectors/client-timeout.ts";
import { ConnectDetector, connectDescription } from "./detectors/connect.ts";
import { DnsFailureDetector, dnsFailureDescription } from "./detectors/dns-failure.ts";
import { DnsSearchListDetector, dnsSearchListDescription } from "./detectors/dns-search-list.ts";
import { DnsSlowDetector, dnsSlowDescription } from "./detectors/dns-slow.ts";
import { failedConnectsDescription } from "./detectors/failed-connects.ts";
import { KernelDropsDetector, kernelDropsDescription } from "./detectors/kernel-drops.ts";
import { ResetDetector, resetDescription } from "./detectors/reset.ts";
import { RetriesDetector, retriesDescription } from "./detectors/retries.ts";
import { ServerErrorsDetector, serverErrorsDescription } from "./detectors/server-errors.ts";
import { SlowDetector, slowDescription } from "./detectors/slow.ts";
import { TlsAlertDetector, tlsAlertDescription } from "./detectors/tls-alert.ts";
import { TransferDetector, transferDescription } from "./detectors/transfer.ts";
import { UnansweredDetector, unansweredDescription } from "./detectors/unanswered.ts";

/** A fresh set of those that judge what a kernel told of connections, which an agent has only where it is complete: apart from all others. */
export function createKernelDetectors(changes: Partial<AnalysisConfig> = {}): Detector[] {
  return [new KernelDropsDetector({ ...DEFAULT_CONFIG, ...changes })];
}

/** A fresh set of all detectors that judge what packets tell. */
export function createDetectors(changes: Partial<AnalysisConfig> = {}): Detector[] {
  const config = { ...DEFAULT_CONFIG, ...changes };
  return [
    new ConnectDetector(config),
    new TransferDetector(config),
    new ResetDetector(config),
    new SlowDetector(config),
    new DnsFailureDetector(config),
    new DnsSlowDetector(config),
    new DnsSearchListDetector(config),
    new ServerErrorsDetector(config),
    new ClientErrorsDetector(config),
    new UnansweredDetector(config),
    new ClientTimeoutDetector(config),
    new RetriesDetector(config),
    new TlsAlertDetector(config),
    new CertificateDetector(config),
  ];
}

/** What the detectors look for, for docs/reference/findings.md. */
export const DETECTOR_DESCRIPTIONS: readonly DetectorDescription[] = [
  connectDescription,
  transferDescription,
  resetDescription,
  slowDescription,
  dnsFailureDescription,
  dnsSlowDescription,
  dnsSearchListDescription,
  serverErrorsDescription,
  clientErrorsDescription,
  unansweredDescription,
  clientTimeoutDescription,
  retriesDescription,
  tlsAlertDescription,
  certificateDescription,
  kernelDropsDescription,
  failedConnectsDescription,
];
