import type { ProcessDetail } from '@strata/runtime'
import { Card, Section } from '@strata/ui'
import { Link } from 'react-router'
import { linkModule } from '../../links.ts'

/** Frames of the first strand, innermost first. A process that holds its scheduler is read as it was when its turn began. */
export function ProcessStack({ stack, held, behaviour }: Pick<ProcessDetail, 'stack' | 'behaviour'> & { held: boolean }) {
  return (
    <Section
      title="Stack"
      hint={
        held
          ? 'As it was when this turn began; where it is now stands at the top of the page.'
          : 'Innermost first. A tail call leaves no frame.'
      }
    >
      {stack.length === 0 ? (
        <p className="text-muted">
          {behaviour === null
            ? 'No frame: it has not run yet, or it is between two.'
            : `No frame: it is between two messages, where a ${behaviour.kind} runs no code of a module.`}
        </p>
      ) : (
        <Card>
          <ol className="divide-y divide-line font-mono text-[12.5px]">
            {stack.map((frame, depth) => (
              <li key={depth} className="flex flex-wrap items-center gap-x-3 px-3 py-1.5">
                <span className="w-5 text-right text-faint">{depth}</span>
                <span>{frame.function}</span>
                <span className="text-muted">{frame.at}</span>
                <Link
                  to={linkModule(frame.module, { generation: frame.generation })}
                  className="ml-auto inline-flex min-h-6 items-center phone:min-h-11 text-muted underline underline-offset-2"
                >
                  {frame.module}@{frame.generation}
                </Link>
              </li>
            ))}
          </ol>
        </Card>
      )}
    </Section>
  )
}
