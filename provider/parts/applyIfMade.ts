import type * as pulumi from "@pulumi/pulumi";

/**
 * `apply` for an output of a child. With `pulumi up --target` of something else, a child that doesn't exist yet isn't made, and its
 * outputs are undefined: then so is the result.
 */
export function applyIfMade<T, U>(output: pulumi.Output<T>, make: (value: T) => U): pulumi.Output<U> {
  return output.apply((value) => (value === undefined ? (undefined as U) : make(value)));
}
