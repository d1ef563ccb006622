import { useQuery } from "@tanstack/react-query";
import { formatCount } from "@weir/base";
import { api, type CallJson } from "../../lib/api.ts";
import { pageAddress } from "../../lib/location.ts";
import { Link } from "../../widgets/link.tsx";

/** The way to the profiles of the process that served the call, taken while it did; nothing where there are none. */
export function CallProfilesLinks({ call: { callId } }: { readonly call: CallJson }) {
  const { data } = useQuery({ queryKey: ["call-profiles", callId], queryFn: () => api.callProfiles(callId) });
  if (data === undefined || data.items.length === 0) return null;
  const processId = String(data.processId);
  return (
    <section aria-label="Profiles" className="facts-line">
      <span>What process {processId}, which served it, did then:</span>
      {data.items.map(({ service, type, samples, firstAt, lastAt }) => (
        <Link
          key={`${service} ${type}`}
          to={pageAddress("/profiles", { service, type, processId, from: firstAt, to: lastAt })}
        >
          {`${type} of ${service}, ${formatCount(samples)} samples`}
        </Link>
      ))}
    </section>
  );
}
