import type { RetryAdvice } from '../contract/declaration.ts'
import type { StatusClass } from './reference.ts'

/** What the first digit of a status says, whatever the API. */
export const statusClasses: readonly StatusClass[] = [
  { statuses: '2xx', meaning: 'It worked. The body holds the result, if there is one.' },
  {
    statuses: '4xx',
    meaning:
      'It failed on the caller’s side: something about the request, or its moment, has to change. The code says what.',
  },
  {
    statuses: '5xx',
    meaning:
      'It failed on the side of the API. The request may be in order; most of these pass, so trying again helps.',
  },
]

/** Whether and when to try again, for one code. */
export const retryTexts: Readonly<Record<RetryAdvice, string>> = {
  never: 'No. The same request gets the same answer.',
  after_delay: 'Yes, once the seconds in Retry-After have passed. Sooner is in vain.',
  backoff: 'Yes, with pauses that double from try to try and are partly random.',
}

/** Added where a retry could do something twice. */
export const repeatTexts = {
  withKey: 'If the request changes something, repeat it with the same Idempotency-Key, or it may happen twice.',
  withoutKey: 'If the request changes something, it may have happened: look before you repeat it.',
} as const

/** How to retry, step by step. */
export function retrySteps(takesKeys: boolean): readonly string[] {
  return [
    'Look the code up in the table: where it says “no”, correct the request instead. A code that you do not know is judged by its status: 429 and 5xx may be repeated, any other 4xx not.',
    'If the answer has Retry-After, wait at least that many seconds.',
    'If it has none, wait a random time of up to 0.2 s before the second try, up to 0.4 s before the third, and so on, doubled each time, 8 s at most. The randomness keeps callers from returning all at once.',
    takesKeys
      ? 'GET, PUT and DELETE can be repeated as they are. Give POST and PATCH an Idempotency-Key, the same on every try: then they take effect once.'
      : 'GET, PUT and DELETE can be repeated as they are. After a POST or PATCH without an answer, look whether it took effect before you repeat it.',
    'Stop after a few tries, three are usual, or when your own caller will not wait longer. Keep the request id of the last answer for whoever you ask for help.',
  ]
}

/** How to show a message to a user. */
export const messageRules: readonly string[] = [
  'Branch on the code, never on the message: messages are for people, and their wording may change.',
  'Show the message as it is only where its code says that it is safe. Any other message is written for developers: show a text of your own, chosen by the code.',
  'Where the answer names a parameter, put your text beside the field of that name.',
  'For everything else, and for codes you do not know, say that it did not work and show the request id, so that support can find what happened.',
]

/** What whoever runs the API does, where the declaration does not say. */
export function operatorText(status: number): string {
  return status < 500
    ? 'Nothing, for a single caller. If many meet it at once, look for what changed: in the API, or in what its documentation says.'
    : 'Find the request id in the log: the cause stands beside it.'
}
