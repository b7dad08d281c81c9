import { type AttributeValue, ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

type Item = Record<string, AttributeValue>;

interface Input {
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ExpressionAttributeValues?: Item;
}

/** DynamoDB as Powertools' idempotency utility uses it: a table with the key `id` and its one condition. */
export class IdempotencyTable {
  private readonly items = new Map<string, Item>();

  run(operation: string, input: Input): object {
    const id = (input.Key ?? input.Item)?.id?.S ?? "";
    const stored = this.items.get(id);
    if (operation === "GetItem") return stored ? { Item: stored } : {};
    if (operation === "DeleteItem") this.items.delete(id);
    else if (operation === "PutItem") this.put(id, input, stored);
    else if (operation === "UpdateItem") this.items.set(id, { ...stored, id: { S: id }, ...updated(input) });
    else throw new Error(`the idempotency utility doesn't call ${operation}`);
    return {};
  }

  /** `attribute_not_exists(#id) OR #expiry < :now OR (#status = :inprogress AND ... #in_progress_expiry < :now_in_millis)`. */
  private put(
    id: string,
    { Item = {}, ExpressionAttributeValues: values = {} }: Input,
    stored: Item | undefined,
  ): void {
    const isOver = stored && Number(stored.expiration?.N) < Number(values[":now"]?.N);
    const inProgress = stored?.status?.S === values[":inprogress"]?.S;
    const hasDied =
      inProgress &&
      stored?.in_progress_expiration &&
      Number(stored.in_progress_expiration.N) < Number(values[":now_in_millis"]?.N);
    if (stored && !isOver && !hasDied)
      throw new ConditionalCheckFailedException({
        message: "The conditional request failed",
        $metadata: {},
        Item: stored,
      });
    this.items.set(id, Item);
  }
}

function updated({ ExpressionAttributeValues: values = {} }: Input): Item {
  const item: Item = {};
  if (values[":expiry"]) item.expiration = values[":expiry"];
  if (values[":status"]) item.status = values[":status"];
  if (values[":response_data"]) item.data = values[":response_data"];
  return item;
}
