import { Button, formatPlural } from '@strata/ui'
import type { Tone } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { trpc } from '../../api/client.ts'
import { explainError } from '../../api/fault.ts'
import { refreshAll } from '../../api/live.ts'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { useMayNot } from '../../api/use-may.ts'
import { type SoftPurged, tellSoftPurge } from './soft-purge-words.ts'

export interface Said {
  readonly tone: Tone
  readonly text: string
}

export type Say = (said: Said) => void

/** Soft purge in one click: of one generation, or of all `drained` ones of a module. It says what happened only once it has. */
export function SoftPurgeButton({
  module,
  say,
  ...of
}: { readonly module: string; readonly say: Say } & ({ readonly generation: number } | { readonly drained: number })) {
  const { reason } = useDestructiveAllowed()
  const mayNot = useMayNot('soft-purge')
  const softPurge = useMutation(
    trpc.modules.softPurge.mutationOptions({
      onSuccess: (outcome: SoftPurged) => {
        say(tellSoftPurge(module, 'generation' in of ? of.generation : null, outcome))
        return refreshAll()
      },
      onError: (error) => say({ tone: 'bad', text: explainError(error).sentence }),
    }),
  )
  return (
    <Button
      size="sm"
      className="mt-auto self-start"
      busy={softPurge.isPending}
      disabledReason={mayNot ?? reason}
      onClick={() => softPurge.mutate('generation' in of ? { module, generation: of.generation } : { module })}
    >
      Soft purge{'drained' in of && ` ${formatPlural(of.drained, 'drained', 'drained')}`}
      <span className="sr-only">{'generation' in of ? ` ${module}@${of.generation}` : ` of ${module}`}</span>
    </Button>
  )
}
