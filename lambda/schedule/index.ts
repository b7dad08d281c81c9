export { parseCron, ScheduleError } from "./cron";
export { isOccurrence, isWithinDates, nextOccurrence, occurrencesBetween, type Schedule } from "./occurrences";
export { everOccurs, shortMonths, skippedLocalTimes } from "./pitfalls";
export { isTimeZone, timeZoneProblem } from "./timeZone";
