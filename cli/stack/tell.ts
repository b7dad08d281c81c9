/** After this long, a person is told what is waited for. */
const PATIENCE_MS = 1_000;

/** Waits for `work`. If it takes longer than a second, a person at a terminal is told on standard error what for. */
export async function waiting<T>(what: string, work: Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work;
  const timer = setTimeout(() => process.stderr.write(`${what} ...\n`), PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
