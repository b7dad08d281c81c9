export { SecretCache, type SecretCacheOptions } from "./cache";
export { SecretError } from "./error";
