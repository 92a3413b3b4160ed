import type { ActivityLine } from '@strata/server'
import { outside } from './sentence-parts.ts'

const CLIENTS = { console: 'the console', cli: 'the command line', api: 'a script' } as const

/** From where a line's act came, and the plan that it executed. */
export function whereFrom(line: ActivityLine): { readonly from: string; readonly plan: string | null } {
  const by = 'by' in line ? line.by : undefined
  const origin = ('origin' in line ? line.origin : undefined) ?? by?.origin
  return {
    // A sign-in's own sentence names its address.
    from:
      origin === undefined || line.type === 'signed_in'
        ? ''
        : `by ${CLIENTS[origin.client] ?? outside(origin.client)} at ${outside(origin.address)}`,
    plan: by?.plan ?? null,
  }
}
