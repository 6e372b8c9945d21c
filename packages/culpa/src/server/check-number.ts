import { ContractError, kindOf } from '../contract/contract-error.ts'

/** Above this a timer fires at once. */
const maxNumber = 2_147_483_647

/** @throws {ContractError} for anything but a whole number from 1 to what a timer can hold */
export function checkNumber(where: string, value: unknown): void {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= maxNumber) return
  throw new ContractError(
    where,
    `not a positive whole number, ${kindOf(value)}`,
    `a number such as 1000, at most ${maxNumber}`,
  )
}
