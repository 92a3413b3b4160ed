import type { GenerationView } from '@strata/runtime'
import { Badge, IconButton, Menu, RelativeTime, showInvisible } from '@strata/ui'
import { type MarkKind, marksOf } from './guard-words.ts'

/** The marks of a generation as words, each with who set it and why. */
export function MarkWords({ generation }: { generation: GenerationView }) {
  return marksOf(generation).map(({ kind, mark }) => (
    <p key={kind} className="min-w-0 text-xs text-muted">
      <Badge tone={kind === 'bad' ? 'bad' : 'info'}>marked {kind}</Badge> by {showInvisible(mark.by)} <RelativeTime at={mark.at} />
      <span className="text-text"> · {showInvisible(mark.reason)}</span>
    </p>
  ))
}

interface MarkMenuProps {
  readonly generation: GenerationView
  readonly stale: string | undefined
  readonly onMark: (kind: MarkKind) => void
}

/** Marks a generation, or lifts its marks. */
export function MarkMenu({ generation, stale, onMark }: MarkMenuProps) {
  const { number, markedBad, markedKeep } = generation
  return (
    <Menu
      trigger={<IconButton icon="more" label={`Marks of generation ${number}`} />}
      items={[
        {
          label: markedBad === null ? 'Mark bad…' : 'Lift mark "bad"…',
          icon: 'flag',
          disabledReason: stale,
          onSelect: () => onMark('bad'),
        },
        {
          label: markedKeep === null ? 'Mark keep…' : 'Lift mark "keep"…',
          icon: 'lock',
          disabledReason: stale,
          onSelect: () => onMark('keep'),
        },
      ]}
    />
  )
}
