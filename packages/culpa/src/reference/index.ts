export { createReference } from './create-reference.ts'
export { type Trigger, type TriggerStep, toCurl } from './curl.ts'
export type { SchemaConverter, SchemaSide } from './json-schema.ts'
export type { LinkStyle } from './links.ts'
export { createOpenapi, type OpenapiDocument, type OpenapiOptions } from './openapi/create-openapi.ts'
export type { OpenapiVersion } from './openapi/document-source.ts'
export { type MergedOpenapi, mergeOpenapi } from './openapi/merge-openapi.ts'
export type {
  ApiHeader,
  BodyEntry,
  CodeEntry,
  DetailsEntry,
  DetailsField,
  FoldEntry,
  HeaderEntry,
  MemberEntry,
  OperationEntry,
  ProvokeEntry,
  Reference,
  RetryEntry,
  Senders,
  StatusClass,
  StatusEntry,
  TypeEntry,
  WireExample,
} from './reference.ts'
export type { DocumentedApi, DocumentedOperation } from './reference-api.ts'
export type { RecordedAnswer, ReferenceOptions } from './reference-options.ts'
export { referenceSite, type SiteFile, type SiteOptions, sitePolicy } from './site.ts'
export { wholeMarkdown } from './whole-markdown.ts'
