import type { GenerationView, ModuleView } from '@strata/runtime'
import { Badge, Button, buttonClass, PageHead } from '@strata/ui'
import { Link } from 'react-router'
import { useMayNot } from '../../api/use-may.ts'
import { linkLoad } from '../../links.ts'
import { deleteBlock, stackSentence } from './generation-words.ts'
import type { SoftPurge } from './use-soft-purge.ts'

interface ModuleHeadProps {
  readonly name: string
  /** `undefined` until the list of modules was read. */
  readonly view: ModuleView | undefined
  /** `undefined` until they were read. */
  readonly loaded: readonly GenerationView[] | undefined
  readonly current: number | null
  readonly softPurge: SoftPurge
  /** Why acts are off: live data has stopped. */
  readonly stale: string | undefined
  /** Why loads, rollbacks and deletes are off: somebody else holds the module. */
  readonly held: string | undefined
  readonly onAct: (act: 'delete' | 'hold' | 'release') => void
}

/** A module's name, its state in a sentence, and what can be done with the module as a whole. */
export function ModuleHead({ name, view, loaded, current, softPurge, stale, held, onAct }: ModuleHeadProps) {
  const layers = loaded ?? []
  const hold = view?.hold ?? null
  const mayNot = { softPurge: useMayNot('soft-purge'), hold: useMayNot('hold'), release: useMayNot('release'), delete: useMayNot('delete') }
  return (
    <PageHead
      title={<span className="font-mono">{name}</span>}
      actions={
        <>
          <Link to={linkLoad({ module: name })} className={buttonClass({ variant: 'primary' })}>
            Load…
          </Link>
          <Button
            onClick={() => softPurge.purge()}
            busy={softPurge.isPending}
            disabledReason={
              mayNot.softPurge ?? (layers.every(({ status }) => status === 'current') ? 'No old generation is loaded' : stale)
            }
          >
            Soft purge
          </Button>
          {hold === null ? (
            <Button onClick={() => onAct('hold')} disabledReason={mayNot.hold ?? (view === undefined ? 'There is no such module' : stale)}>
              Hold…
            </Button>
          ) : (
            <Button onClick={() => onAct('release')} disabledReason={mayNot.release ?? stale}>
              Release…
            </Button>
          )}
          <Button
            className="text-bad! sm:ml-3"
            onClick={() => onAct('delete')}
            disabledReason={mayNot.delete ?? deleteBlock(layers, current) ?? held ?? stale}
          >
            Delete…
          </Button>
        </>
      }
    >
      {loaded !== undefined && stackSentence(loaded, current)}
      {view?.differsOnDisk === true && (
        <Link to={linkLoad({ module: name })} className="ml-2 inline-flex min-h-6 items-center">
          <Badge tone="warn">the file on disk differs</Badge>
        </Link>
      )}
    </PageHead>
  )
}
