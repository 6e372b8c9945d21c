import type { Command } from './command.ts'
import { diff } from './diff/diff.ts'
import { docs } from './docs/docs.ts'
import { idempotencyList } from './idempotency/list.ts'
import { idempotencySettle } from './idempotency/settle.ts'
import { idempotencyShow } from './idempotency/show.ts'
import { keysCreate } from './keys/create.ts'
import { keysList } from './keys/list.ts'
import { keysRevoke } from './keys/revoke.ts'
import { keysRotate } from './keys/rotate.ts'
import { openapi } from './openapi/openapi.ts'
import { serve } from './serve/serve.ts'

/** Every command, in the order in which help shows them. */
export const commands: readonly Command[] = [
  serve,
  docs,
  openapi,
  diff,
  keysCreate,
  keysList,
  keysRotate,
  keysRevoke,
  idempotencyList,
  idempotencyShow,
  idempotencySettle,
]
