import type { CheckView } from '@strata/runtime'
import { Badge, Section, Skeleton } from '@strata/ui'
import { lazy, Suspense } from 'react'

const TextDifference = lazy(() => import('../../editor/text-difference.tsx').then((module) => ({ default: module.TextDifference })))

/** What would change in one module: its releases and its source. */
export function SourceChange({ module, text }: { module: CheckView['modules'][number]; text: string }) {
  const { current, currentText, next } = module
  const releases = module.packages.filter(({ from, to }) => from !== to)
  return (
    <Section
      title={
        <span className="font-mono">
          {module.module} {current === null ? 'none' : current} → {next}
        </span>
      }
      hint={releases.length === 0 ? 'No package release changes.' : undefined}
      actions={
        releases.length > 0 && (
          <>
            {releases.map((change) => (
              <Badge key={change.name} tone="accent" className="font-mono">
                {change.name} {change.from ?? 'none'} → {change.to ?? 'none'}
              </Badge>
            ))}
          </>
        )
      }
    >
      {currentText === null ? (
        <p className="text-muted">Nothing of this name is current: there is nothing to compare with.</p>
      ) : currentText === text ? (
        <p className="text-muted">The source is the same as generation {current}'s.</p>
      ) : (
        <Suspense fallback={<Skeleton className="h-64" />}>
          <TextDifference
            before={currentText}
            after={text}
            beforeLabel={`current: ${module.module}@${current}`}
            afterLabel={`this one, to be ${module.module}@${next}`}
            language="typescript"
          />
        </Suspense>
      )}
    </Section>
  )
}
