import type { GenerationView, HoldView } from '@strata/runtime'
import { MoveDialog } from '../../plans/move-dialog.tsx'
import { PlanDialog } from '../../plans/plan-dialog.tsx'
import type { PlanRequest } from '../../plans/plan-request.ts'
import { HoldDialog } from './hold-dialog.tsx'
import { MarkDialog } from './mark-dialog.tsx'
import { ReleaseDialog } from './release-dialog.tsx'

interface ActRequestedProps {
  readonly module: string
  /** As the address says it. */
  readonly act: string | null
  readonly number: number | null
  readonly generations: readonly GenerationView[]
  readonly hold: HoldView | null
  /** Why rollbacks and deletes are off: somebody else holds the module. */
  readonly held: string | undefined
  readonly onClose: () => void
}

/** The dialog of the act that the address asks for. */
export function ActRequested({ module, act, number, generations, hold, held, onClose }: ActRequestedProps) {
  if (act === 'hold') return <HoldDialog module={module} onClose={onClose} />
  if (act === 'release') return <ReleaseDialog module={module} hold={hold} onClose={onClose} />
  if (act === 'bad' || act === 'keep') {
    const generation = generations.find((one) => one.number === number)
    if (generation === undefined) return null
    const marked = (act === 'bad' ? generation.markedBad : generation.markedKeep) !== null
    return (
      <MarkDialog
        key={`${act} ${generation.number}`}
        module={module}
        number={generation.number}
        kind={act}
        marked={marked}
        onClose={onClose}
      />
    )
  }
  if (act === 'move' && number !== null)
    return (
      <MoveDialog title={`Move ${module}@${number}`} targets={{ module, generation: number }} module={module} addressed onClose={onClose} />
    )
  const request = planRequested(module, act, number)
  if (request === null) return null
  const heldFrom = request.verb === 'rollback' || request.verb === 'delete' ? held : undefined
  return <PlanDialog key={JSON.stringify(request)} request={request} addressed held={heldFrom} onClose={onClose} />
}

function planRequested(module: string, act: string | null, number: number | null): PlanRequest | null {
  if (act === 'delete') return { verb: 'delete', module }
  if (act === 'purge') return number === null ? { verb: 'purge', module } : { verb: 'purge', module, generation: number }
  if (number === null) return null
  if (act === 'upgrade') return { verb: 'upgrade', targets: { module, generation: number } }
  if (act === 'rollback') return { verb: 'rollback', module, number }
  return null
}
