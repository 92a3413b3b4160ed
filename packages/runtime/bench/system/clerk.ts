// a server that adds up what it is told
import type { CallHandlers } from '@strata/runtime/server'

export interface ClerkCalls {
  add(message: { readonly n: number }): number
}

export function init(): number {
  return 0
}

export const handleCall: CallHandlers<ClerkCalls, number> = {
  add: ({ n }, sum) => ({ reply: sum + n, state: sum + n }),
}
