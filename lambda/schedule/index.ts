export { type Calendar, SHIFT_MS } from "./calendar";
export { parseCron, ScheduleError } from "./cron";
export {
  daysAround,
  happensAt,
  isDayOf,
  isOccurrence,
  nextOccurrence,
  occurrencesBetween,
  type Schedule,
} from "./occurrences";
export { everOccurs, firesWeekly, shortMonths, skippedLocalTimes } from "./pitfalls";
export { isTimeZone, timeZoneProblem } from "./timeZone";
