export { type DayOfMonth, type DayOfWeek, type ParsedCron, parseCron, ScheduleError } from "./cron";
export { isOccurrence, isWithinDates, nextOccurrence, occurrencesBetween, type Schedule } from "./occurrences";
export { everOccurs, type ShortMonths, shortMonths, skippedLocalTimes } from "./pitfalls";
export { isTimeZone, timeZoneProblem } from "./timeZone";
