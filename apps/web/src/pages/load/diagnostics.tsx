import type { Diagnostic } from '@strata/runtime'
import { Badge, Section, showInvisible } from '@strata/ui'

/** What the check found, line by line; a press goes to the line. */
export function Diagnostics({ diagnostics, onJump }: { diagnostics: readonly Diagnostic[]; onJump: (diagnostic: Diagnostic) => void }) {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  return (
    <Section
      title={
        errors === 0
          ? 'It compiles, with a word of warning'
          : `It does not compile: ${errors === 1 ? 'one error' : `${errors} errors`}. Nothing was loaded.`
      }
    >
      <ul role={errors === 0 ? undefined : 'alert'} className="flex max-h-72 flex-col gap-1 overflow-y-auto">
        {diagnostics.map((diagnostic) => (
          <li
            key={`${diagnostic.file} ${diagnostic.line} ${diagnostic.column} ${diagnostic.message}`}
            className="flex flex-wrap items-baseline gap-x-2.5 gap-y-0.5 rounded-md border border-line bg-surface px-3 py-1.5 text-[13px]"
          >
            <Badge tone={diagnostic.severity === 'error' ? 'bad' : 'warn'}>{diagnostic.severity}</Badge>
            <Place diagnostic={diagnostic} onJump={onJump} />
            <span className="min-w-0">{showInvisible(diagnostic.message)}</span>
            {diagnostic.hint !== undefined && <span className="basis-full text-muted">{showInvisible(diagnostic.hint)}</span>}
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Place({ diagnostic, onJump }: { diagnostic: Diagnostic; onJump: (diagnostic: Diagnostic) => void }) {
  if (diagnostic.line === 0) return <span className="font-mono text-xs text-muted">{showInvisible(diagnostic.file)}</span>
  return (
    <button
      type="button"
      onClick={() => onJump(diagnostic)}
      className="inline-flex min-h-6 cursor-pointer items-center font-mono text-xs underline underline-offset-2"
    >
      {showInvisible(diagnostic.file)}:{diagnostic.line}:{diagnostic.column}
    </button>
  )
}
