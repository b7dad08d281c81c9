import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { RuntimeError } from "./errors";

export type Handler = (event: unknown, context: unknown) => unknown;

/** Loads the function that a handler string such as `index.handler` or `src/app.nested.handler` names. */
export async function loadHandler(taskRoot: string, handlerString: string): Promise<Handler> {
  const file = basename(handlerString);
  const [, moduleName, exportPath] = /^([^.]*)\.(.+)$/.exec(file) ?? [];
  if (moduleName === undefined || exportPath === undefined || handlerString.includes(".."))
    throw new RuntimeError("MalformedHandlerName", `'${handlerString}' is not a valid handler name.`);
  const exported = await loadModule(join(taskRoot, dirname(handlerString), moduleName), moduleName);
  const handler = exportPath
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], exported);
  if (handler === undefined || handler === null)
    throw new RuntimeError("HandlerNotFound", `${handlerString} is undefined or not exported`);
  if (typeof handler !== "function") throw new RuntimeError("HandlerNotFound", `${handlerString} is not a function`);
  refuseCallbackHandler(handler);
  return handler as Handler;
}

async function loadModule(path: string, name: string): Promise<unknown> {
  const file = [".js", ".mjs", ".cjs"].map((extension) => path + extension).find((candidate) => existsSync(candidate));
  if (!file) throw new RuntimeError("ImportModuleError", `Error: Cannot find module '${name}'`);
  try {
    return isEsModule(file) ? await import(pathToFileURL(file).href) : require(file);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError("UserCodeSyntaxError", String(error));
    if ((error as NodeJS.ErrnoException)?.code === "MODULE_NOT_FOUND")
      throw new RuntimeError("ImportModuleError", String(error));
    throw error;
  }
}

function isEsModule(file: string): boolean {
  if (file.endsWith(".mjs")) return true;
  return file.endsWith(".js") && nearestPackageType(dirname(file)) === "module";
}

function nearestPackageType(folder: string): unknown {
  const manifest = join(folder, "package.json");
  if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, "utf8")).type;
  const parent = dirname(folder);
  return parent === folder || basename(folder) === "node_modules" ? undefined : nearestPackageType(parent);
}

function refuseCallbackHandler(handler: { readonly length: number }): void {
  if (handler.length >= 3)
    throw new RuntimeError(
      "CallbackHandlerDeprecated",
      "The sandbox doesn't run handlers that take a callback, which Lambda has removed with Node.js 24: make the handler async, with two parameters at most.",
    );
}
