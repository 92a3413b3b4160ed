import type { SourceFile } from '@strata/runtime'
import { Button, Field, Kbd, Select, Skeleton } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import type { EditorPlace } from '../../editor/code-editor.tsx'
import { CheckedLoad } from './checked-load.tsx'
import type { Chosen } from './load-page.tsx'

const CodeEditor = lazy(() => import('../../editor/code-editor.tsx').then((module) => ({ default: module.CodeEditor })))

interface EditSourceProps {
  readonly module: string | null
  readonly generation: number | null
  readonly chosen: Chosen | null
  readonly onModule: (module: string) => void
  readonly onChoose: (sources: readonly SourceFile[] | null) => void
}

/** A generation's source in an editor, the current one's unless another is named. */
export function EditSource({ module, generation, chosen, onModule, onChoose }: EditSourceProps) {
  const modules = useQuery(trpc.modules.list.queryOptions())
  if (modules.isPending) return <Skeleton className="h-64" />
  if (modules.error !== null) return <ErrorNotice error={modules.error} retry={() => void modules.refetch()} />
  const view = modules.data.find(({ name }) => name === module) ?? (module === null ? modules.data[0] : undefined)
  const number = generation ?? view?.current ?? view?.generations[0] ?? null
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Field label="Module" className="w-60">
        {(control) => (
          <Select {...control} value={view?.name ?? ''} onChange={(event) => onModule(event.target.value)}>
            {view === undefined && <option value="">choose one</option>}
            {modules.data.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </Select>
        )}
      </Field>
      {view !== undefined && number !== null && (
        <SourceEditor key={`${view.name}@${number}`} module={view.name} number={number} chosen={chosen} onChoose={onChoose} />
      )}
    </div>
  )
}

function SourceEditor({
  module,
  number,
  chosen,
  onChoose,
}: {
  module: string
  number: number
  chosen: Chosen | null
  onChoose: EditSourceProps['onChoose']
}) {
  const source = useQuery(trpc.modules.source.queryOptions({ module, number }, { staleTime: Number.POSITIVE_INFINITY }))
  const [edited, setEdited] = useState<string | null>(null)
  const [diagnostics, setDiagnostics] = useState<Parameters<typeof CodeEditor>[0]['diagnostics']>([])
  const [place, setPlace] = useState<EditorPlace>()
  if (source.isPending) return <Skeleton className="h-64" />
  if (source.error !== null) return <ErrorNotice error={source.error} />
  const { origin } = source.data
  const text = edited ?? source.data.text
  const check = () => onChoose([origin === null ? { module, text } : { module, text, origin }])
  const dirty = chosen !== null && chosen.sources[0]?.text !== text
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p className="text-[13px] text-muted">
        The source of {module}@{number}
        {edited !== null && edited !== source.data.text && ', edited here'}
      </p>
      <Suspense fallback={<Skeleton className="h-64" />}>
        <CodeEditor
          text={text}
          label={`Source of ${module}`}
          diagnostics={diagnostics}
          place={place}
          onChange={setEdited}
          onSubmit={check}
        />
      </Suspense>
      <div className="flex flex-wrap items-center gap-3">
        <Button variant="primary" onClick={check}>
          Check
        </Button>
        <span className="text-xs text-muted">
          <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd> checks too; <Kbd>Esc</Kbd> then <Kbd>Tab</Kbd> leaves the editor
        </span>
      </div>
      {chosen !== null && (
        <CheckedLoad
          key={chosen.id}
          sources={chosen.sources}
          onDiagnostics={setDiagnostics}
          onPlace={setPlace}
          blocked={dirty ? 'Edited since the check: check again' : undefined}
        />
      )}
    </div>
  )
}
