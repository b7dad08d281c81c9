/**
 * What `work` resolves to, or `late()` thrown if that takes longer than `limitMs`. The signal that `work` is given aborts
 * then, and also when `work` has ended: what it left behind must not go on.
 */
export async function within<T>(
  limitMs: number,
  work: (signal: AbortSignal) => Promise<T>,
  late: () => Error,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        const error = late();
        controller.abort(error);
        reject(error);
      },
      Math.max(0, limitMs),
    );
  });
  try {
    return await Promise.race([work(controller.signal), over]);
  } finally {
    clearTimeout(timer);
    controller.abort(new Error("the request has been answered"));
  }
}
