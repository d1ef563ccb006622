import type { ReactNode } from "react";
import { Nothing } from "./notice.tsx";
import { Pager } from "./pager.tsx";
import { SortHead } from "./sort-head.tsx";

/** A column: its title, what the hub can sort by for it, and what it means. */
export interface Column<Sort extends string> {
  readonly title: string;
  readonly sort?: Sort;
  readonly isNumber?: boolean;
  readonly hint?: string;
}

interface PagedTableProps<Sort extends string> {
  /** Plural of what is listed: "calls". */
  readonly things: string;
  readonly columns: readonly Column<Sort>[];
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
  readonly onPage: (page: number) => void;
  /** What to say where there is nothing to list. */
  readonly nothing: string;
  /** The rows of this page. */
  readonly children: ReactNode;
}

/** A table of one page of many, with headings to sort by and the way to the other pages. */
export function PagedTable<Sort extends string>(props: PagedTableProps<Sort>) {
  const { things, columns, sort, onSort, total, page, pageSize, onPage, nothing, children } = props;
  return (
    <div className="card">
      {total === 0 ? (
        <Nothing>{nothing}</Nothing>
      ) : (
        <div className="scroll">
          <table aria-label={things}>
            <thead>
              <tr>
                {columns.map((column) => (
                  <SortHead key={column.title} {...column} current={sort} onSort={onSort} />
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </div>
      )}
      <Pager page={page} pageSize={pageSize} total={total} things={things} onPage={onPage} />
    </div>
  );
}
