import type { GenerationView } from '@strata/runtime'
import { Button, RelativeTime, StateWord } from '@strata/ui'
import { useState } from 'react'
import { memoryWords, reachedWords } from './remains-words.ts'
import { RetainersDialog } from './retainers-dialog.tsx'

/** What is left of a purged generation: whether its memory is free again, and who called its code since. */
export function GenerationMemory({ generation, stale }: { generation: GenerationView; stale: string | undefined }) {
  const [asking, setAsking] = useState(false)
  const { module, number, reclaimed, reached } = generation
  if (reclaimed === null) return null
  const { tone, text } = memoryWords(reclaimed)
  return (
    <span className="flex min-w-40 flex-col items-start gap-1">
      <StateWord tone={tone}>{text}</StateWord>
      {reached !== null && (
        <span className="text-warn">
          {reachedWords(reached)}, <RelativeTime at={reached.last} />
        </span>
      )}
      {reclaimed.status !== 'confirmed' && (
        <Button
          size="sm"
          className="whitespace-nowrap"
          aria-label={`Who keeps it… generation ${number}`}
          disabledReason={stale}
          onClick={() => setAsking(true)}
        >
          Who keeps it…
        </Button>
      )}
      {asking && <RetainersDialog module={module} number={number} onClose={() => setAsking(false)} />}
    </span>
  )
}
