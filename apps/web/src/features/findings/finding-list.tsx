import { useQuery } from "@tanstack/react-query";
import { api, type FindingJson } from "../../lib/api.ts";
import { useParameter } from "../../lib/location.ts";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { FindingDetail } from "./finding-detail.tsx";

/** What is wrong, causes before symptoms. The open finding stands in the URL; the first is open until another is chosen. */
export function FindingList() {
  const [capture] = useParameter("capture");
  const [chosen, choose] = useParameter("finding");
  const { data, error } = useQuery({
    queryKey: ["findings", capture],
    queryFn: () => api.findings({ capture, limit: 100 }),
  });
  if (error !== null) return <FailureNotice error={error} />;
  if (data === undefined) return <Loading what="findings" />;
  const open = chosen === "" ? data.items[0]?.findingId : chosen;
  return (
    <section aria-label="Findings">
      <h1>What is wrong</h1>
      {data.total === 0 ? <p className="notice good">Nothing in these packets crosses a threshold.</p> : null}
      <ul className="findings">
        {data.items.map((finding) => (
          <li key={finding.findingId} className={`finding ${finding.severity}`} data-testid="finding">
            <FindingHead
              finding={finding}
              isOpen={finding.findingId === open}
              onToggle={() => choose(finding.findingId === open ? "none" : finding.findingId)}
            />
            {finding.findingId === open ? <FindingDetail finding={finding} /> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface HeadProps {
  readonly finding: FindingJson;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

const SIGN: Readonly<Record<FindingJson["severity"], string>> = { critical: "●", warning: "▲", info: "○" };

function FindingHead({ finding, isOpen, onToggle }: HeadProps) {
  return (
    <button type="button" className="finding-head" aria-expanded={isOpen} data-row="" onClick={onToggle}>
      <span className="sign" aria-hidden="true">
        {SIGN[finding.severity]}
      </span>
      <span className="severity">{finding.decided ? finding.severity : "cannot tell"}</span>
      <span className="title">{finding.title}</span>
      <span className="dim when">
        {finding.startedAt.slice(11, 19)} to {finding.endedAt.slice(11, 19)}
      </span>
    </button>
  );
}
