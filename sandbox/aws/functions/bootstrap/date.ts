/**
 * Makes `Date` of this process tell the sandbox's time: the machine's, plus an offset. Timers, `performance`, worker threads
 * and `Intl` formats of no date keep to the machine's. Returns the function that changes the offset (milliseconds).
 */
export function shiftDate(initialOffsetMs: number): (offsetMs: number) => void {
  const RealDate = Date;
  const realNow = Date.now.bind(Date);
  let offset = initialOffsetMs;
  const now = () => realNow() + offset;
  const shifted = new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new RealDate(now()).toString(),
  });
  RealDate.now = now;
  // `new date.constructor()` must not be a way around the offset.
  RealDate.prototype.constructor = shifted;
  globalThis.Date = shifted;
  return (offsetMs) => {
    offset = offsetMs;
  };
}
