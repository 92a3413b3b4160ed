import type { CheckView, Diagnostic, SourceFile } from '@strata/runtime'
import { Notice, Skeleton, Spinner } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { readFault } from '../../api/fault.ts'
import type { EditorPlace } from '../../editor/code-editor.tsx'
import { diagnosticsOf } from './chosen-sources.ts'
import { Diagnostics } from './diagnostics.tsx'
import { LoadDecision } from './load-decision.tsx'
import { SourceChange } from './source-change.tsx'

const CodeEditor = lazy(() => import('../../editor/code-editor.tsx').then((module) => ({ default: module.CodeEditor })))
const NO_DIAGNOSTICS: readonly Diagnostic[] = []

interface CheckedLoadProps {
  readonly sources: readonly SourceFile[]
  /** An editor elsewhere shows the diagnostics; without it they are shown in the sources here. */
  readonly onDiagnostics?: (diagnostics: readonly Diagnostic[]) => void
  readonly onPlace?: (place: EditorPlace) => void
  /** The sources are files of the system's folder, as they are there. */
  readonly inFolder?: boolean
  /** Why nothing may be loaded now. */
  readonly blocked?: string | undefined
}

/** Checks the sources as soon as it appears; then shows what is wrong, or what loading them would do right now. */
export function CheckedLoad({ sources, onDiagnostics, onPlace, inFolder = false, blocked }: CheckedLoadProps) {
  const check = useMutation(trpc.modules.check.mutationOptions())
  const asked = useRef(false)
  const [place, setPlace] = useState<{ readonly source: number; readonly place: EditorPlace }>()
  const { mutate } = check
  const diagnostics = diagnosticsFound(check.data, check.error)

  useEffect(() => {
    // Development renders effects twice; a source is compiled once.
    if (asked.current) return
    asked.current = true
    mutate({ sources: [...sources] })
  }, [mutate, sources])

  useEffect(() => onDiagnostics?.(diagnostics.filter(({ within }) => within === undefined)), [onDiagnostics, diagnostics])

  const jump = (diagnostic: Diagnostic) => {
    const to = { line: diagnostic.line, column: diagnostic.column }
    if (onPlace !== undefined) onPlace(to)
    else
      setPlace({
        source: Math.max(
          0,
          sources.findIndex((source) => diagnosticsOf(source, sources, [diagnostic]).length > 0),
        ),
        place: to,
      })
  }

  if (check.isPending || check.isIdle) {
    return (
      <p role="status" className="flex items-center gap-2 text-muted">
        <Spinner /> Checking: compiling, imports, types
      </p>
    )
  }
  const failed = diagnostics.some(({ severity }) => severity === 'error')
  const shown = sources
    .map((source, index) => ({ source, index }))
    .filter(({ source }) => diagnosticsOf(source, sources, diagnostics).some(({ line }) => line > 0))
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {check.error !== null && !failed && <ErrorNotice error={check.error} retry={() => mutate({ sources: [...sources] })} />}
      {(check.data !== undefined || diagnostics.length > 0) && (
        <Diagnostics diagnostics={diagnostics} checkedMs={check.data?.checkedMs} onJump={jump} />
      )}
      {onDiagnostics === undefined &&
        shown.map(({ source, index }) => (
          <Suspense key={source.module} fallback={<Skeleton className="h-48" />}>
            <CodeEditor
              text={source.text}
              label={`Source for ${source.module}`}
              diagnostics={diagnosticsOf(source, sources, diagnostics)}
              place={place?.source === index ? place.place : undefined}
            />
          </Suspense>
        ))}
      {check.data !== undefined && !failed && (
        <div className="grid min-w-0 gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(20rem,26rem)]">
          <div className="flex min-w-0 flex-col gap-5">
            {check.data.modules.map((module) => (
              <SourceChange
                key={module.module}
                module={module}
                text={sources.find((source) => source.module === module.module)?.text ?? ''}
              />
            ))}
          </div>
          <LoadDecision
            check={check.data}
            sources={sources}
            inFolder={inFolder}
            blocked={blocked}
            onCheckAgain={() => mutate({ sources: [...sources] })}
          />
        </div>
      )}
      {check.data !== undefined && check.data.modules.length === 0 && !failed && (
        <Notice tone="warn">The check found no module in it.</Notice>
      )}
    </div>
  )
}

function diagnosticsFound(view: CheckView | undefined, error: unknown): readonly Diagnostic[] {
  if (view !== undefined) return view.diagnostics
  const fault = readFault(error)
  return fault?.code === 'invalid_source' || fault?.code === 'unresolved_import' ? fault.diagnostics : NO_DIAGNOSTICS
}
