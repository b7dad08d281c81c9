import { startEmulatorWorld } from "../../emulator/world";
import { startSandboxWorld } from "./sandboxWorld";
import type { World } from "./world";

/** The quickstart, or the changed one in `directory`, on the cloud that is tested: the sandbox's, or in `npm run test:emulator` the emulator's. */
export function startWorld(directory?: string): Promise<World> {
  return process.env.EMULATOR_URL ? startEmulatorWorld(directory) : startSandboxWorld(directory);
}
