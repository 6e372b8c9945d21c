/** The payloads, from google/rpc/error_details.proto and google/protobuf/struct.proto. */
export type GoogleType = 'rpc.ErrorInfo' | 'rpc.BadRequest' | 'rpc.RetryInfo' | 'rpc.Help' | 'protobuf.Struct'

/** The type URL of a payload. */
export function googleType<Name extends GoogleType>(name: Name): `type.googleapis.com/google.${Name}` {
  return `type.googleapis.com/google.${name}`
}
