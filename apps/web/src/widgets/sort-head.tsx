interface SortHeadProps<Sort extends string> {
  readonly title: string;
  /** What the hub can sort by for this column; a plain heading where it cannot. */
  readonly sort?: Sort;
  readonly current?: Sort;
  readonly onSort?: (sort: Sort) => void;
  readonly isNumber?: boolean;
  readonly hint?: string;
}

/** A column's heading; a button where the column can be sorted by. */
export function SortHead<Sort extends string>({ title, sort, current, onSort, isNumber, hint }: SortHeadProps<Sort>) {
  const className = isNumber === true ? "number" : undefined;
  if (sort === undefined || onSort === undefined) {
    return (
      <th scope="col" className={className} title={hint}>
        {title}
      </th>
    );
  }
  const isCurrent = sort === current;
  const direction = sort === "time" ? "ascending" : "descending";
  return (
    <th scope="col" className={className} title={hint} aria-sort={isCurrent ? direction : "none"}>
      <button type="button" className="sort" onClick={() => onSort(sort)}>
        {title}
        <span aria-hidden="true" className="sort-sign">
          {isCurrent ? (direction === "ascending" ? "↑" : "↓") : ""}
        </span>
      </button>
    </th>
  );
}
