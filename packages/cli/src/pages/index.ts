export { type Page, withPages } from './page.ts'
export { type ReferencePageOptions, referencePage } from './reference-page.ts'
