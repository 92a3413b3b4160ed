import type { PlanChange } from '@strata/runtime'
import { Notice } from '@strata/ui'
import { changeSentence } from '@strata/server/words'
import { outside } from '../api/fault.ts'

/** What is different from the plan that was shown before. */
export interface Changed {
  readonly changes: readonly PlanChange[]
  /** Victims of the former plan that ended by themselves. */
  readonly gone: readonly string[]
  /** `refused`: executing it was, and a new plan is shown; `over`: there is none; `renewed`: on request. */
  readonly cause: 'refused' | 'over' | 'renewed'
}

const TITLES: Readonly<Record<Changed['cause'], string>> = {
  refused: 'Changed meanwhile: nothing was done, nobody was touched. This is the new plan; read it and confirm again.',
  over: 'Changed meanwhile: nothing was done, nobody was touched. There is nothing left to plan.',
  renewed: 'The plan was made anew, and differs from the one before.',
}

/** Tells what changed since a plan was made, and what that means. */
export function PlanChanges({ changes, gone, cause }: Changed) {
  return (
    <Notice tone="warn" live="alert" title={TITLES[cause]}>
      <ul className="list-disc pl-4">
        {changes
          .map((change) => changeSentence(change, outside))
          .map((said) => (
            <li key={said}>{said}</li>
          ))}
        {gone.map((pid) => (
          <li key={pid}>{pid} has ended by itself.</li>
        ))}
      </ul>
    </Notice>
  )
}
