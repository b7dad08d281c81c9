// What tests and other programs use of the campaign, bundled as one file.
export { runAmounts } from "./amounts/run";
export { FORBIDDEN } from "./count/counts";
export { FAULT_TITLES, FAULT_TITLES_OF_AMOUNTS } from "./faults";
export { promisesOf, SETTINGS, titleOfSetting } from "./modes";
export { comparePeers } from "./peers/compare";
export { planOf } from "./plan";
export { runProtections } from "./protections/run";
export { runsOf, runWorld } from "./run";
export { shortest } from "./shrink";
