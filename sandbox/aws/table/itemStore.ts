import { createHash } from "node:crypto";
import { type Item, invalid, itemSize, typeOf } from "./values";

/** An attribute of the primary key. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: string;
}

interface Stored {
  readonly item: Item;
  /** Where a scan finds it. */
  readonly place: string;
}

/** DynamoDB's limit for one item, and for what one scan reads. */
const MAX_ITEM_BYTES = 400 * 1024;
const MAX_PAGE_BYTES = 1024 * 1024;

/** The items of one table, by primary key. */
export class ItemStore {
  private readonly stored = new Map<string, Stored>();

  /** `isExpired` hides and removes items whose time is over. */
  constructor(
    private readonly keyAttributes: readonly KeyAttribute[],
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

  /**
   * A page of items after the key `start`, in an order that has nothing to do with their age, as in DynamoDB. `lastKey` is
   * there if the page was cut short, even if nothing follows it.
   */
  page(limit: number, start: Item | undefined): { items: Item[]; lastKey?: Item } {
    for (const [id, { item }] of this.stored) if (this.isExpired(item)) this.stored.delete(id);
    const after = start && createHash("sha256").update(this.idOf(start)).digest("hex");
    const rest = [...this.stored.values()]
      .filter(({ place }) => after === undefined || place > after)
      .sort((a, b) => (a.place < b.place ? -1 : 1));
    const items: Item[] = [];
    let bytes = 0;
    for (const { item } of rest) {
      items.push(item);
      bytes += itemSize(item);
      if (items.length >= limit || bytes > MAX_PAGE_BYTES) return { items, lastKey: this.keyOf(item) };
    }
    return { items };
  }

  /** Throws `ValidationException` unless `key` is exactly a primary key. */
  requireKey(key: Item): Item {
    const complete = this.keyAttributes.every(({ name, type }) => key[name] && typeOf(key[name]) === type);
    if (!complete || Object.keys(key).length !== this.keyAttributes.length)
      throw invalid("The provided key element does not match the schema");
    this.requireNonEmptyKey(key);
    return key;
  }

  /** Throws `ValidationException` unless the item has a primary key of the declared types. */
  requireKeyIn(item: Item): Item {
    for (const { name, type } of this.keyAttributes) {
      const value = item[name];
      if (!value) throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
      if (typeOf(value) !== type)
        throw invalid(
          `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`,
        );
    }
    this.requireNonEmptyKey(item);
    return item;
  }

  private requireNonEmptyKey(item: Item): void {
    for (const { name } of this.keyAttributes)
      if (item[name]?.S === "" || item[name]?.B === "")
        throw invalid(
          `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
        );
  }

  private keyOf(item: Item): Item {
    return Object.fromEntries(this.keyAttributes.map(({ name }) => [name, item[name]])) as Item;
  }

  private idOf(item: Item): string {
    return JSON.stringify(this.keyAttributes.map(({ name }) => item[name]));
  }
}
