import { useQuery } from "@tanstack/react-query";
import type { MapEdge } from "@weir/http-contract";
import { MAP_GROUPINGS } from "@weir/model";
import { useMemo, useState } from "react";
import { api } from "../../lib/api.ts";
import { edgeFilter } from "../../lib/filter-text.ts";
import { changePlace, useParameter } from "../../lib/location.ts";
import { FailureNotice, Loading, Nothing } from "../../widgets/notice.tsx";
import { EdgeRules } from "../agent-control/edge-rules.tsx";
import { EdgeFacts } from "./edge-facts.tsx";
import { EdgeVerdicts } from "./edge-verdicts.tsx";
import { layoutMap } from "./map-layout.ts";
import { MapPicture } from "./map-picture.tsx";
import "./service-map.css";

/** Who talks to whom: edges coloured by health, as wide as their rate. Choosing one filters the tables below. */
export function ServiceMapView() {
  const [capture] = useParameter("capture");
  const [filter] = useParameter("filter");
  const [problems, setProblems] = useParameter("problems");
  const [hovered, setHovered] = useState<MapEdge>();
  const [group, setGroup] = useParameter("group");
  const grouping = MAP_GROUPINGS.find((each) => each === group);
  const { data, error, refetch } = useQuery({
    queryKey: ["map", capture, grouping],
    queryFn: () => api.map({ capture, group: grouping }),
  });
  // Beside the map, which need not wait for it.
  const { data: counted } = useQuery({
    queryKey: ["map", capture, "flows"],
    queryFn: () => api.map({ capture, flows: "true" }),
    enabled: grouping === undefined,
  });
  const layout = useMemo(() => {
    if (data === undefined) return undefined;
    const edges = problems === "" ? data.edges : data.edges.filter(({ health }) => health !== "ok");
    return layoutMap({ services: data.services, edges });
  }, [data, problems]);
  if (error !== null) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  if (data === undefined || layout === undefined) return <Loading what="the map" rows={4} />;
  const filterOf = (edge: MapEdge) => edgeFilter(edge, grouping);
  const selected = data.edges.find((edge) => filterOf(edge) !== "" && filter.startsWith(filterOf(edge)));
  const choose = (edge: MapEdge) =>
    changePlace({ filter: edge === selected ? undefined : filterOf(edge), page: undefined });
  const shown = hovered ?? selected;
  return (
    <section aria-label="Service map">
      <div className="section-head">
        <h1>Who talks to whom</h1>
        <p className="dim">
          {data.services.length} {grouping === undefined ? "services" : `${grouping}s`}, {data.edges.length} edges.
          Colour: findings. Width: calls per second. Choose an edge to see its traffic.
        </p>
        <label className="toggle">
          By
          <select
            value={grouping ?? ""}
            onChange={(event) => setGroup(event.target.value)}
            aria-label="Group the map by"
          >
            <option value="">service</option>
            {MAP_GROUPINGS.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <label className="toggle">
          <input
            type="checkbox"
            checked={problems !== ""}
            onChange={(event) => setProblems(event.target.checked ? "only" : undefined)}
          />
          Only problem edges
        </label>
      </div>
      <div className="map-card">
        {layout.lines.length === 0 ? (
          <Nothing>{problems === "" ? "No connections were found in this capture." : "No edge has a finding."}</Nothing>
        ) : (
          <div className="scroll map-frame">
            <MapPicture layout={layout} selected={selected} hovered={hovered} onHover={setHovered} onChoose={choose} />
          </div>
        )}
        {shown === undefined ? (
          <p className="edge-facts dim">
            Point at an edge for its numbers; choose it to see its connections and calls below.
          </p>
        ) : (
          <>
            <EdgeFacts
              edge={shown}
              flows={counted?.edges.find((each) => grouping === undefined && filterOf(each) === filterOf(shown))?.flows}
              onClear={shown === selected ? () => choose(shown) : undefined}
            />
            {shown === selected && grouping === undefined ? <EdgeRules edge={shown} /> : null}
            <EdgeVerdicts edge={shown} isChosen={shown === selected} filter={filterOf(shown)} />
          </>
        )}
      </div>
    </section>
  );
}
