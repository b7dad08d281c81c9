/** Pulumi's path of a property: `triggers.payday.schedule`, and `triggers["pay.day"].schedule` where a name needs it. */
export function propertyPath(...keys: readonly (string | number)[]): string {
  let path = "";
  for (const key of keys) {
    if (typeof key === "number") path += `[${key}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(key)) path += path === "" ? key : `.${key}`;
    else path += `[${JSON.stringify(key)}]`;
  }
  return path;
}
