// What tests and other programs use of the campaign, bundled as one file.
export { FORBIDDEN } from "./count";
export { FAULT_TITLES } from "./faults";
export { SETTINGS, titleOfSetting } from "./modes";
export { comparePeers } from "./peers/compare";
export { planOf } from "./plan";
export { runProtections } from "./protections/run";
export { runsOf, runWorld } from "./run";
export { shortest } from "./shrink";
