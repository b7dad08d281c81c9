import type * as pulumi from "@pulumi/pulumi";

/**
 * `apply` for an output of a child. `pulumi up --target` of something else doesn't make a missing child, and its outputs are undefined.
 * The result is then undefined too.
 */
export function applyIfMade<T, U>(output: pulumi.Output<T>, make: (value: T) => U): pulumi.Output<U> {
  return output.apply((value) => (value === undefined ? (undefined as U) : make(value)));
}
