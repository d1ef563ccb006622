import { formatBytes, formatDurationNs, NS_PER_S } from "@weir/base";
import type { ConnectionJson } from "../../lib/api.ts";
import { type Bar, layoutThroughput, MIDDLE } from "./throughput-layout.ts";

/** How much each side sent over time: the client above the line, the server below, each against its own peak. */
export function ThroughputPlot({ connection }: { readonly connection: ConnectionJson }) {
  const { clientThroughput, serverThroughput, throughputBucketNs: bucketNs, clientService, serverService } = connection;
  const layout = layoutThroughput(clientThroughput, serverThroughput);
  if (layout === undefined || bucketNs === 0) return null;
  const rate = (bytes: number) => `${formatBytes(Math.round((bytes * NS_PER_S) / bucketNs))}/s`;
  const titleOf = (side: string) => (bar: Bar) =>
    `${formatDurationNs(bar.index * bucketNs)} to ${formatDurationNs((bar.index + 1) * bucketNs)}: ${side} sent ${formatBytes(bar.bytes)}, ${rate(bar.bytes)}`;
  const peakOf = (bars: readonly Bar[]) => rate(Math.max(0, ...bars.map(({ bytes }) => bytes)));
  return (
    <section aria-label="Throughput">
      <div className="section-head">
        <h2>Throughput</h2>
        <p className="legend dim">
          <span>
            <i className="throughput-key" />
            {clientService} sends, up to {peakOf(layout.client)}
          </span>
          <span>
            <i className="throughput-key server" />
            {serverService} sends, up to {peakOf(layout.server)}
          </span>
        </p>
      </div>
      <div className="card throughput">
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={`Throughput over time: ${clientService} up to ${peakOf(layout.client)}, ${serverService} up to ${peakOf(layout.server)}`}
        >
          <Bars bars={layout.client} side="client" titleOf={titleOf(clientService)} />
          <Bars bars={layout.server} side="server" titleOf={titleOf(serverService)} />
          <line className="axis" x1="0" x2="100" y1={MIDDLE} y2={MIDDLE} />
        </svg>
        <div className="throughput-ends">
          <span>0</span>
          <span>a bar is {formatDurationNs(bucketNs)}; each side against its own peak</span>
          <span>{formatDurationNs(layout.buckets * bucketNs)}</span>
        </div>
      </div>
    </section>
  );
}

interface BarsProps {
  readonly bars: readonly Bar[];
  readonly side: "client" | "server";
  readonly titleOf: (bar: Bar) => string;
}

function Bars({ bars, side, titleOf }: BarsProps) {
  return (
    <g className={side}>
      {bars.map((bar) => (
        <rect key={bar.index} x={bar.x} y={bar.y} width={bar.width} height={bar.height}>
          <title>{titleOf(bar)}</title>
        </rect>
      ))}
    </g>
  );
}
