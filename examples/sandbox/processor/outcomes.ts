/** What the processor does with an instrument: a card token, a card number, a voucher. */
export type Outcome =
  | { readonly does: 'approve' }
  | { readonly does: 'decline'; readonly reason: string }
  /** Approves, but leaves the card out of its answer. */
  | { readonly does: 'approve_incompletely' }
  /** Approves after a while. */
  | { readonly does: 'approve_slowly' }
  /** Answers with something that is not its protocol. */
  | { readonly does: 'answer_nonsense' }
  /** Says that it is unavailable. */
  | { readonly does: 'be_down' }
  /** Takes the request and never answers, nor settles it. */
  | { readonly does: 'stay_silent' }
  /** Approves, but too late for whoever waits. */
  | { readonly does: 'approve_too_late' }
  /** Could not reach the card network behind it. */
  | { readonly does: 'lose_network' }

const declines: Readonly<Record<string, string>> = {
  chargeDeclined: 'generic_decline',
  chargeDeclinedInsufficientFunds: 'insufficient_funds',
  chargeDeclinedLostCard: 'lost_card',
  chargeDeclinedStolenCard: 'stolen_card',
  chargeDeclinedExpiredCard: 'expired_card',
  chargeDeclinedIncorrectCvc: 'incorrect_cvc',
  chargeDeclinedProcessingError: 'processing_error',
  chargeDeclinedFraudulent: 'fraudulent',
  chargeDeclinedCustomerMismatch: 'customer_mismatch',
  chargeDeclinedAccountDuplicated: 'account_duplicated',
  chargeDeclinedAccountRestricted: 'account_restricted',
  chargeDeclinedCountryRestricted: 'country_restricted',
}

const troubles: Readonly<
  Record<
    string,
    Outcome['does'] &
      (
        | 'approve_incompletely'
        | 'approve_slowly'
        | 'answer_nonsense'
        | 'be_down'
        | 'stay_silent'
        | 'approve_too_late'
        | 'lose_network'
      )
  >
> = {
  processorIncomplete: 'approve_incompletely',
  processorSlow: 'approve_slowly',
  processorNonsense: 'answer_nonsense',
  processorDown: 'be_down',
  processorSilent: 'stay_silent',
  processorLate: 'approve_too_late',
  networkDown: 'lose_network',
}

const approved = ['approved', 'visa', 'visa_debit', 'mastercard', 'amex', 'discover', 'jcb']

/** Stripe's documented test numbers and the tokens they stand for. */
const numbers: Readonly<Record<string, string>> = {
  '4242424242424242': 'visa',
  '4000056655665556': 'visa_debit',
  '5555555555554444': 'mastercard',
  '378282246310005': 'amex',
  '4000000000000002': 'chargeDeclined',
  '4000000000009995': 'chargeDeclinedInsufficientFunds',
  '4000000000009987': 'chargeDeclinedLostCard',
  '4000000000009979': 'chargeDeclinedStolenCard',
  '4000000000000069': 'chargeDeclinedExpiredCard',
  '4000000000000127': 'chargeDeclinedIncorrectCvc',
  '4000000000000119': 'chargeDeclinedProcessingError',
  '4100000000000019': 'chargeDeclinedFraudulent',
}

/**
 * The outcome an instrument stands for, or `undefined` when nobody issued it. `tok_`, `vou_` and `pm_` before the name
 * make no difference.
 */
export function outcomeOf(instrument: string): Outcome | undefined {
  const name = numbers[instrument.replaceAll(' ', '')] ?? instrument.replace(/^(tok|vou|pm)_/, '')
  if (approved.includes(name)) return { does: 'approve' }
  const reason = declines[name]
  if (reason !== undefined && Object.hasOwn(declines, name)) return { does: 'decline', reason }
  const trouble = Object.hasOwn(troubles, name) ? troubles[name] : undefined
  return trouble === undefined ? undefined : { does: trouble }
}
