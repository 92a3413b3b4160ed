import type { CheckView } from '@strata/runtime'
import { Notice, showInvisible } from '@strata/ui'
import { Link } from 'react-router'
import { linkModule } from '../../links.ts'

/** Says so when what is about to be loaded is loaded already, and that an older one needs no load to come back. */
export function SameContent({ check }: { check: CheckView }) {
  const same = check.modules.filter(({ sameAs }) => sameAs !== null)
  if (same.length === 0) return null
  return (
    <Notice tone="info">
      {same.map(({ module, sameAs, current, markedBad }) =>
        sameAs === current ? (
          <p key={module}>
            This content is current already, as generation {sameAs} of {module}.
          </p>
        ) : (
          <p key={module}>
            Generation {sameAs} of {module} is loaded with this content.{' '}
            {sameAs !== null && markedBad === null && (
              <Link to={linkModule(module, { generation: sameAs, act: 'rollback' })} className="inline-flex min-h-6 items-center">
                Roll back to {sameAs} instead…
              </Link>
            )}
          </p>
        ),
      )}
    </Notice>
  )
}

/** Says so when a bad mark refuses what is about to be loaded, whose it is and why. */
export function BadContent({ check }: { check: CheckView }) {
  return check.modules.map(({ module, markedBad }) =>
    markedBad === null ? null : (
      <Notice
        key={module}
        tone="bad"
        title={`This content is marked bad, as that of ${module}@${markedBad.number}, by ${showInvisible(markedBad.by)}: a load is refused`}
      >
        Why: {showInvisible(markedBad.reason)}.{' '}
        <Link to={linkModule(module, { generation: markedBad.number, act: 'bad' })} className="inline-flex min-h-6 items-center">
          Lift the mark…
        </Link>
      </Notice>
    ),
  )
}
