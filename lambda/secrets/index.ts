export { SecretCache, type SecretCacheOptions } from "./cache";
export { SecretError, type SecretErrorCode } from "./error";
export type { FetchSecret } from "./secretsManager";
