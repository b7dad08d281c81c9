export { AwsEndpoint, type AwsEndpointOptions } from "./endpoint";
