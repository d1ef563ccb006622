import { useQuery } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { pageAddress } from "../../lib/location.ts";
import { Drawer } from "../../widgets/drawer.tsx";
import { Link } from "../../widgets/link.tsx";
import { FailureNotice, Loading } from "../../widgets/notice.tsx";
import { CallDetail } from "./call-detail.tsx";

interface CallProps {
  readonly callId: string;
}

function useCall(callId: string) {
  return useQuery({ queryKey: ["call", callId], queryFn: () => api.call(callId) });
}

/** One call on a page of its own. */
export function CallPage({ callId }: CallProps) {
  const { data: call, error, refetch } = useCall(callId);
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (call === undefined) return <Loading what="the call" rows={6} />;
  const connection = pageAddress(`/connections/${encodeURIComponent(call.connectionId)}`);
  return (
    <article className="page-head">
      <p className="crumbs">
        <Link to={pageAddress("/")}>Findings</Link> /{" "}
        <Link to={connection}>{`${call.transport} ${call.streamNumber}`}</Link> / call ·{" "}
        <a href={api.callPacketsUrl(callId)} download data-testid="download-call-packets">
          Download its packets
        </a>
      </p>
      <CallDetail call={call} />
    </article>
  );
}

/** One call beside the page that it was chosen on. */
export function CallDrawer({ callId, onClose }: CallProps & { readonly onClose: () => void }) {
  const { data: call, error } = useCall(callId);
  return (
    <Drawer label="Call" onClose={onClose}>
      {error === null ? null : <FailureNotice error={error} />}
      {call === undefined ? (
        error === null && <Loading what="the call" rows={6} />
      ) : (
        <article className="page-head">
          <p className="crumbs">
            <Link to={pageAddress(`/calls/${encodeURIComponent(callId)}`)}>Open as a page</Link>
          </p>
          <CallDetail call={call} />
        </article>
      )}
    </Drawer>
  );
}
