import { createHash } from "node:crypto";
import { type AttributeValue, type Item, invalid, itemSize, typeOf } from "./values";

interface Stored {
  readonly item: Item;
  /** Where a scan finds it. */
  readonly place: string;
}

/** One of so many parts of a table. */
export interface Segment {
  readonly index: number;
  readonly of: number;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html, "Partition key length". */
const MAX_KEY_BYTES = 2_048;
/** DynamoDB's limit for one item, and for what one scan reads. */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_PAGE_BYTES = 1024 * 1024;

/** The items of one table, by primary key. */
export class ItemStore {
  private readonly stored = new Map<string, Stored>();

  /** `isExpired` hides and removes items whose time is over. */
  constructor(
    private readonly key: string,
    private readonly isExpired: (item: Item) => boolean,
  ) {}

  /** The item with the primary key that `key` holds, among other attributes or alone. */
  get(key: Item): Item | undefined {
    const id = this.idOf(key);
    const item = this.stored.get(id)?.item;
    if (!item || !this.isExpired(item)) return item;
    this.stored.delete(id);
    return undefined;
  }

  put(item: Item): void {
    if (itemSize(item) > MAX_ITEM_BYTES) throw invalid("Item size has exceeded the maximum allowed size");
    const id = this.idOf(item);
    this.stored.set(id, { item, place: createHash("sha256").update(id).digest("hex") });
  }

  delete(key: Item): void {
    this.stored.delete(this.idOf(key));
  }

  /**
   * A page of items after the key `start`, in an order that has nothing to do with their age, as in DynamoDB. `lastKey` is
   * there if the page was cut short, even if nothing follows it. With `segment` only that part of the table is read.
   */
  page(limit: number, start: Item | undefined, segment?: Segment): { items: Item[]; lastKey?: Item } {
    for (const [id, { item }] of this.stored) if (this.isExpired(item)) this.stored.delete(id);
    const after = start && createHash("sha256").update(this.idOf(start)).digest("hex");
    const rest = [...this.stored.values()]
      .filter(({ place }) => (after === undefined || place > after) && isIn(segment, place))
      .sort((a, b) => (a.place < b.place ? -1 : 1));
    const items: Item[] = [];
    let bytes = 0;
    for (const { item } of rest) {
      items.push(item);
      bytes += itemSize(item);
      if (items.length >= limit || bytes > MAX_PAGE_BYTES)
        return { items, lastKey: { [this.key]: item[this.key] as AttributeValue } };
    }
    return { items };
  }

  /** Throws `ValidationException` unless `key` is exactly a primary key. */
  requireKey(key: Item): Item {
    const { [this.key]: value, ...others } = key;
    if (value?.S === undefined || Object.keys(others).length > 0)
      throw invalid("The provided key element does not match the schema");
    return this.requireKeyIn(key);
  }

  /** Throws `ValidationException` unless the item has a primary key. */
  requireKeyIn(item: Item): Item {
    const value = item[this.key];
    if (!value) throw invalid(`One or more parameter values were invalid: Missing the key ${this.key} in the item`);
    if (value.S === undefined)
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for key ${this.key} expected: S actual: ${typeOf(value)}`,
      );
    if (value.S === "")
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${this.key}`,
      );
    if (Buffer.byteLength(String(value.S)) > MAX_KEY_BYTES)
      throw invalid(
        `One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of ${MAX_KEY_BYTES} bytes`,
      );
    return item;
  }

  private idOf(item: Item): string {
    return String(item[this.key]?.S);
  }
}

function isIn(segment: Segment | undefined, place: string): boolean {
  return segment === undefined || Number.parseInt(place.slice(0, 8), 16) % segment.of === segment.index;
}
