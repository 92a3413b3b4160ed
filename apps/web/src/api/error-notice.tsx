import { Button, FaultNotice, buttonClass } from '@strata/ui'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { explainError } from './fault.ts'

/** An error of a call as its sentence, its facts and the way out. Shows nothing for `null`. */
export function ErrorNotice({ error, retry, actions }: { error: unknown; retry?: (() => void) | undefined; actions?: ReactNode }) {
  if (error === null || error === undefined) return null
  const { sentence, lines, wayOut } = explainError(error)
  return (
    <FaultNotice
      sentence={sentence}
      details={
        lines.length > 0 && (
          <ul className="mt-1 flex max-h-48 flex-col gap-0.5 overflow-y-auto">
            {lines.map((line) => (
              <li key={line} className="font-mono text-xs whitespace-pre-wrap">
                {line}
              </li>
            ))}
          </ul>
        )
      }
      actions={
        (wayOut.length > 0 || retry !== undefined || actions !== undefined) && (
          <>
            {actions}
            {retry !== undefined && (
              <Button size="sm" onClick={retry}>
                Try again
              </Button>
            )}
            {wayOut.map((way) => (
              <Link key={way.to} to={way.to} className={buttonClass({ size: 'sm' })}>
                {way.label}
              </Link>
            ))}
          </>
        )
      }
    />
  )
}
