import { client } from '../api/client.ts'
import { explainError, readFault } from '../api/fault.ts'

/** What became of the wish to mark purged content bad; the receipt tells it. */
export interface MarkedPurged {
  /** `session@3`. */
  readonly marked: readonly string[]
  readonly failed: readonly { readonly name: string; readonly why: string }[]
}

/** Marks what a purge removed bad, so that its content is refused at every later load. */
export async function markPurged(module: string, numbers: readonly number[], reason: string): Promise<MarkedPurged> {
  const marked: string[] = []
  const failed: { name: string; why: string }[] = []
  for (const number of numbers) {
    const name = `${module}@${number}`
    try {
      await client.modules.mark.mutate({ module, number, kind: 'bad', on: true, reason })
      marked.push(name)
    } catch (error) {
      // It carries the mark already: what was wished for is so.
      if (readFault(error)?.code === 'nothing_to_do') marked.push(name)
      else failed.push({ name, why: explainError(error).sentence })
    }
  }
  return { marked, failed }
}

/** The same, handed to the receipt with its address. */
export function readMarkedPurged(state: unknown): MarkedPurged | null {
  if (typeof state !== 'object' || state === null || !('markedPurged' in state)) return null
  return state.markedPurged as MarkedPurged
}
