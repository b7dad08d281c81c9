import { NotRunError } from "../notRun";
import { type AttributeValue, checkedValue, type Item, isObject, sameValue } from "./values";

/** Whether the item with the key of a write, if there is one, lets the write happen. */
export type Condition = (item: Item | undefined) => boolean;

/**
 * Reads the condition of a write: none, `attribute_not_exists(#name)` or `#name = :value`. Throws `NotRunError` for any other, and
 * for names and values that don't go with it: a condition that is half understood decides whether money moves twice.
 */
export function parseCondition(input: Record<string, unknown>): Condition {
  const { ConditionExpression: text } = input;
  const names = isObject(input.ExpressionAttributeNames) ? input.ExpressionAttributeNames : {};
  const values = isObject(input.ExpressionAttributeValues) ? input.ExpressionAttributeValues : {};
  const [, absent] = /^attribute_not_exists\((#\w+)\)$/.exec(String(text)) ?? [];
  const [, equal, wanted] = /^(#\w+) = (:\w+)$/.exec(String(text)) ?? [];
  const refers = [absent, equal, wanted].filter((part) => part !== undefined);
  const given = [...Object.keys(names), ...Object.keys(values)];
  if ((text !== undefined && refers.length === 0) || refers.join() !== given.join())
    throw new NotRunError(`the DynamoDB condition ${text} with ${given.join(" and ") || "no names and values"}`);

  const attribute = (item: Item | undefined, name: string): AttributeValue | undefined =>
    item && Object.hasOwn(item, String(names[name])) ? item[String(names[name])] : undefined;
  if (absent) return (item) => attribute(item, absent) === undefined;
  if (!equal || !wanted) return () => true;
  const value = checkedValue(values[wanted]);
  return (item) => {
    const stored = attribute(item, equal);
    return stored !== undefined && sameValue(stored, value);
  };
}
