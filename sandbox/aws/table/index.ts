export { Tables } from "./tables";
export type { AttributeValue, Item } from "./values";
