import { CHECKING } from "./checking";
import { OF_EVENTS } from "./events";
import { EXECUTING } from "./executing";
import { HOLDING } from "./holding";
import type { Protection } from "./protection";
import { TELLING } from "./telling";

/** Every protection of the trigger function that can be switched off alone. */
export const PROTECTIONS: readonly Protection[] = [...EXECUTING, ...TELLING, ...HOLDING, ...OF_EVENTS, ...CHECKING];
