/** Inputs that remember what was read of them. */
export interface Watched<T> {
  readonly inputs: T;
  /** The paths that nobody has read, such as `target.retryPolicy.maximumRetryAttempts`. */
  unread(): string[];
}

/** So that a property which a mapping doesn't carry over is found, however deep it lies. */
export function watched<T extends object>(inputs: T): Watched<T> {
  const read = new Set<string>();
  return {
    inputs: watch(inputs, "", read),
    unread: () => leavesOf(inputs, "").filter((path) => !read.has(path)),
  };
}

function watch<T extends object>(value: T, path: string, read: Set<string>): T {
  return new Proxy(value, {
    get(target, key) {
      const inner: unknown = Reflect.get(target, key);
      if (typeof key === "symbol") return inner;
      const innerPath = path ? `${path}.${key}` : key;
      if (isBranch(inner)) return watch(inner, innerPath, read);
      read.add(innerPath);
      return inner;
    },
  });
}

function leavesOf(value: object, path: string): string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    if (inner === undefined) return [];
    const innerPath = path ? `${path}.${key}` : key;
    return isBranch(inner) ? leavesOf(inner, innerPath) : [innerPath];
  });
}

/** Archives are class instances, and leaves. */
function isBranch(value: unknown): value is object {
  if (Array.isArray(value)) return true;
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
