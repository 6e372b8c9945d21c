// Adapters know the server alone: what they refuse with, they get here.
export { type ApiError, isApiError, refusal } from '../contract/api-error.ts'
