/** A card as it is shown: never its number. */
export interface ShownCard {
  readonly brand: string
  readonly last4: string
}

/** What the processor does with an instrument: a card token, a card number, a voucher. */
export type Outcome =
  | { readonly does: 'approve'; readonly card: ShownCard }
  | { readonly does: 'decline'; readonly reason: string }
  /** Approves, but leaves the card out of its answer. */
  | { readonly does: 'approve_incompletely' }
  /** Approves after a while. */
  | { readonly does: 'approve_slowly'; readonly card: ShownCard }
  /** Answers with something that is not its protocol. */
  | { readonly does: 'answer_nonsense' }
  /** Says that it is unavailable. */
  | { readonly does: 'be_down' }
  /** Takes the request and never answers, nor settles it. */
  | { readonly does: 'stay_silent' }
  /** Approves, but too late for whoever waits. */
  | { readonly does: 'approve_too_late'; readonly card: ShownCard }
  /** Could not reach the card network behind it. */
  | { readonly does: 'lose_network' }

const visa = { brand: 'visa', last4: '4242' }

/** By the name that follows `tok_`. */
const outcomes: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ['approved', { does: 'approve', card: visa }],
  ['visa', { does: 'approve', card: visa }],
  ['visa_debit', { does: 'approve', card: { brand: 'visa', last4: '5556' } }],
  ['mastercard', { does: 'approve', card: { brand: 'mastercard', last4: '4444' } }],
  ['mastercard_debit', { does: 'approve', card: { brand: 'mastercard', last4: '8210' } }],
  ['amex', { does: 'approve', card: { brand: 'amex', last4: '0005' } }],
  ['discover', { does: 'approve', card: { brand: 'discover', last4: '1117' } }],
  ['diners', { does: 'approve', card: { brand: 'diners', last4: '0004' } }],
  ['jcb', { does: 'approve', card: { brand: 'jcb', last4: '0505' } }],
  ['unionpay', { does: 'approve', card: { brand: 'unionpay', last4: '0005' } }],
  ['chargeDeclined', { does: 'decline', reason: 'generic_decline' }],
  ['chargeDeclinedInsufficientFunds', { does: 'decline', reason: 'insufficient_funds' }],
  ['chargeDeclinedLostCard', { does: 'decline', reason: 'lost_card' }],
  ['chargeDeclinedStolenCard', { does: 'decline', reason: 'stolen_card' }],
  ['chargeDeclinedExpiredCard', { does: 'decline', reason: 'expired_card' }],
  ['chargeDeclinedIncorrectCvc', { does: 'decline', reason: 'incorrect_cvc' }],
  ['chargeDeclinedProcessingError', { does: 'decline', reason: 'processing_error' }],
  ['chargeDeclinedFraudulent', { does: 'decline', reason: 'fraudulent' }],
  ['chargeDeclinedCustomerMismatch', { does: 'decline', reason: 'customer_mismatch' }],
  ['chargeDeclinedAccountDuplicated', { does: 'decline', reason: 'account_duplicated' }],
  ['chargeDeclinedAccountRestricted', { does: 'decline', reason: 'account_restricted' }],
  ['chargeDeclinedCountryRestricted', { does: 'decline', reason: 'country_restricted' }],
  ['processorIncomplete', { does: 'approve_incompletely' }],
  ['processorSlow', { does: 'approve_slowly', card: visa }],
  ['processorNonsense', { does: 'answer_nonsense' }],
  ['processorDown', { does: 'be_down' }],
  ['processorSilent', { does: 'stay_silent' }],
  ['processorLate', { does: 'approve_too_late', card: visa }],
  ['networkDown', { does: 'lose_network' }],
])

/** Stripe's documented test numbers and the names of the tokens they stand for. */
const numbers: ReadonlyMap<string, string> = new Map([
  ['4242424242424242', 'visa'],
  ['4000056655665556', 'visa_debit'],
  ['5555555555554444', 'mastercard'],
  ['5200828282828210', 'mastercard_debit'],
  ['378282246310005', 'amex'],
  ['6011111111111117', 'discover'],
  ['3056930009020004', 'diners'],
  ['3566002020360505', 'jcb'],
  ['6200000000000005', 'unionpay'],
  ['4000000000000002', 'chargeDeclined'],
  ['4000000000009995', 'chargeDeclinedInsufficientFunds'],
  ['4000000000009987', 'chargeDeclinedLostCard'],
  ['4000000000009979', 'chargeDeclinedStolenCard'],
  ['4000000000000069', 'chargeDeclinedExpiredCard'],
  ['4000000000000127', 'chargeDeclinedIncorrectCvc'],
  ['4000000000000119', 'chargeDeclinedProcessingError'],
  ['4100000000000019', 'chargeDeclinedFraudulent'],
])

/** The outcome an instrument stands for, or `undefined` when nobody issued it. */
export function outcomeOf(instrument: string): Outcome | undefined {
  return outcomes.get(nameOf(instrument))
}

/** What token and number of a card have in common. `tok_`, `vou_` and `pm_` before the name make no difference. */
export function nameOf(instrument: string): string {
  return numbers.get(instrument.replaceAll(' ', '')) ?? instrument.replace(/^(tok|vou|pm)_/, '')
}
