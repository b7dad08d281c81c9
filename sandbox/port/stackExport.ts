import type { ArchiveFiles } from "../aws/types";
import type { DeclaredResource, Deployment } from "../engine";
import { ARCHIVE, ASSET, SECRET, SPECIAL_KEY } from "../engine/pulumiInternals";

/** A resource in the form of Pulumi's state. */
interface StateResource {
  readonly urn: string;
  readonly custom: boolean;
  readonly id: string;
  readonly type: string;
  readonly parent: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What `pulumi stack export` prints, as far as it tells of resources. Secrets are left out. */
export interface StackExport {
  readonly version: 3;
  readonly deployment: { readonly resources: readonly StateResource[] };
}

const HIDDEN = { [SPECIAL_KEY]: SECRET, ciphertext: "" };

/** Larger files are a program's code: Pulumi names their path instead. */
const LONGEST_TEXT = 65_536;

/** The stack as Pulumi's state would have it. `variables` are the environment of a function as it has it here. */
export function stackExportOf(
  { resources }: Pick<Deployment, "resources">,
  variables: (functionName: string) => Readonly<Record<string, string>>,
): StackExport {
  return { version: 3, deployment: { resources: resources.map((each) => stateOf(each, variables)) } };
}

function stateOf(
  resource: DeclaredResource,
  variables: (functionName: string) => Readonly<Record<string, string>>,
): StateResource {
  const { urn, custom, id, type, parent, archives, secretKeys, secretOutputs } = resource;
  const isFunction = type === "aws:lambda/function:Function";
  const own = {
    ...Object.fromEntries(Object.entries(archives).map(([key, files]) => [key, archiveOf(files)])),
    ...(isFunction ? { environment: { variables: variables(String(resource.state.name)) } } : {}),
  };
  const plain = (values: Record<string, unknown>, hidden: readonly string[]) =>
    Object.fromEntries(
      Object.entries({ ...values, ...own }).map(([key, value]) => [key, hidden.includes(key) ? HIDDEN : value]),
    );
  return {
    ...{ urn, custom, id, type, parent },
    inputs: plain(resource.inputs, secretKeys),
    // What a component returns is secret in parts, and its children have it all.
    outputs: custom ? plain(resource.state, secretOutputs) : {},
  };
}

function archiveOf(files: ArchiveFiles) {
  const assets = Object.entries(files).map(([path, content]) => [
    path,
    { [SPECIAL_KEY]: ASSET, ...(content.length > LONGEST_TEXT ? { path } : { text: content.toString("utf8") }) },
  ]);
  return { [SPECIAL_KEY]: ARCHIVE, assets: Object.fromEntries(assets) };
}
