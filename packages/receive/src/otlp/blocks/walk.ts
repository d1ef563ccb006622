import type { BrokenItems } from "../../message/broken-items.ts";
import type { WireCursor } from "../../message/cursor.ts";
import { Places } from "../../message/places.ts";
import { BrokenMessage } from "../../message/reader.ts";
import { NO_RESOURCE, NO_SCOPE, OriginReader, type ResourceCells, type ScopeCells } from "./origin.ts";

/** What reported an item: the same for many of them. */
export interface Origin {
  readonly resource: ResourceCells;
  readonly resourceSchema: Uint8Array;
  readonly scope: ScopeCells;
  readonly scopeSchema: Uint8Array;
}

/** How the messages of a signal are called where one of them is broken. */
interface MessageNames {
  readonly ofResource: string;
  readonly ofScope: string;
  readonly item: string;
}

/** Wire: resources in a request; origin, batches or items, and schema in those. */
const RESOURCES = 0x0a;
const ORIGIN = 0x0a;
const INNER = 0x12;
const SCHEMA = 0x1a;

/**
 * Goes through an export request of spans or of log records: both are items by scope by resource. Each message is looked over before anything of it is used, as its origin may stand behind
 * its items. Items that cannot be read are counted, batch or single; `read` takes back what it had written of one.
 */
export function walkItems(
  cursor: WireCursor,
  names: MessageNames,
  broken: BrokenItems,
  read: (from: number, to: number, origin: Origin) => void,
): void {
  const origins = new OriginReader(cursor, broken);
  const [request, ofResource, ofScope] = [new Level(), new Level(), new Level()];
  const eachOf = (level: Level, name: string, visit: (from: number, to: number) => void) => {
    for (let index = 0; index < level.inner.count; index += 1) {
      broken.budget.spend();
      try {
        visit(level.inner.from(index), level.inner.to(index));
      } catch (error) {
        if (!(error instanceof BrokenMessage)) throw error;
        broken.add(name, error);
      }
    }
  };
  broken.budget.spend();
  request.look(cursor, 0, cursor.bytes.length, RESOURCES);
  eachOf(request, names.ofResource, (from, to) => {
    ofResource.look(cursor, from, to, INNER);
    const resource = ofResource.lastOrigin(NO_RESOURCE, (at, end) => origins.resource(at, end));
    const resourceSchema = origins.text(ofResource.schemaFrom, ofResource.schemaTo);
    eachOf(ofResource, names.ofScope, (scopeFrom, scopeTo) => {
      ofScope.look(cursor, scopeFrom, scopeTo, INNER);
      const scope = ofScope.lastOrigin(NO_SCOPE, (at, end) => origins.scope(at, end));
      const scopeSchema = origins.text(ofScope.schemaFrom, ofScope.schemaTo);
      const origin = { resource, resourceSchema, scope, scopeSchema };
      eachOf(ofScope, names.item, (itemFrom, itemTo) => read(itemFrom, itemTo, origin));
    });
  });
}

/** What stands in a message of one level, as places. */
class Level {
  readonly inner = new Places();
  readonly #origins = new Places();
  schemaFrom = 0;
  schemaTo = 0;

  look(cursor: WireCursor, from: number, to: number, innerTag: number): void {
    this.inner.clear();
    this.#origins.clear();
    this.schemaFrom = this.schemaTo = 0;
    for (cursor.enter(from, to); cursor.at < to; ) {
      const tag = cursor.tag();
      if (tag === innerTag) {
        this.inner.add(cursor.counted(), cursor.at);
      } else if (tag === ORIGIN) {
        this.#origins.add(cursor.counted(), cursor.at);
      } else if (tag === SCHEMA) {
        this.schemaFrom = cursor.counted();
        this.schemaTo = cursor.at;
      } else cursor.skip(tag);
    }
  }

  /** The last origin counts; all must be readable. */
  lastOrigin<Cells>(none: Cells, read: (from: number, to: number) => Cells): Cells {
    let last = none;
    for (let index = 0; index < this.#origins.count; index += 1)
      last = read(this.#origins.from(index), this.#origins.to(index));
    return last;
  }
}
