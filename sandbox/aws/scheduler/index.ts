export { Scheduler, type SchedulerServices, type ScheduleSummary } from "./scheduler";
