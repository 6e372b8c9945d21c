import { createOpenapi, type OpenapiDocument, type OpenapiVersion } from 'culpa/reference'
import { documentedApis } from '../support/documented-apis.ts'

export const versions: readonly OpenapiVersion[] = ['3.1', '3.2']

/** The documents of the six systems, as their owner would have them made. */
export const documents: readonly {
  readonly name: string
  readonly version: OpenapiVersion
  readonly document: OpenapiDocument
}[] = documentedApis.flatMap(([{ name }, { api }]) =>
  versions.map((version) => {
    const info = { title: name, version: '1.0.0', license: { name: 'MIT', identifier: 'MIT' } }
    return { name, version, document: createOpenapi(api, { version, info }) }
  }),
)
