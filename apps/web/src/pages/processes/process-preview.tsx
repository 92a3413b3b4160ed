import type { PreviewView } from '@strata/runtime'
import { Badge, Button, formatBytes, Notice, OutsideText, Section, showInvisible, Skeleton } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo, useRef } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useAddress } from '../../use-address.ts'
import { renderedDocument } from './rendered-view.ts'

const TextDifference = lazy(() => import('../../editor/text-difference.tsx').then((module) => ({ default: module.TextDifference })))

type Answered = Extract<PreviewView, { status: 'answered' }>

/** The document that a process holds, beside what its generation and the current one make of it; asked again when it moves to another `place`. */
export function ProcessPreview({ pid, place }: { pid: string; place: string }) {
  // A process that is looked at again may have moved: nothing of an earlier answer is kept.
  const preview = useQuery(trpc.processes.preview.queryOptions({ pid }, { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, retry: false }))
  const { refetch } = preview
  const asked = useRef(place)
  useEffect(() => {
    if (asked.current === place) return
    asked.current = place
    void refetch()
  }, [place, refetch])
  const [search, change] = useAddress()
  const rendered = search.get('view') === 'rendered'
  const toggle = () => change({ view: rendered ? null : 'rendered' }, { replace: true })
  const answered = preview.data?.status === 'answered' ? preview.data : null
  return (
    <Section
      title="Preview"
      hint="What it answers from its own generation, and what the current one makes of the same document."
      actions={
        <>
          {answered !== null && (
            <Button size="sm" aria-pressed={rendered} onClick={toggle}>
              {rendered ? 'Show as text' : 'Show rendered'}
            </Button>
          )}
          <Button size="sm" busy={preview.isFetching} onClick={() => void preview.refetch()}>
            Ask again
          </Button>
        </>
      }
    >
      {preview.isPending && <Skeleton className="h-48" />}
      <ErrorNotice error={preview.error} />
      {preview.data?.status === 'no_answer' && (
        <Notice tone="warn" title="It did not answer">
          {showInvisible(preview.data.why)}
        </Notice>
      )}
      {preview.data?.status === 'none' && <p className="text-muted">It offers no preview.</p>}
      {answered !== null && <Answer answer={answered} rendered={rendered} />}
    </Section>
  )
}

function Answer({ answer, rendered }: { answer: Answered; rendered: boolean }) {
  const { own, current } = answer
  const ownName = `${own.module}@${own.generation}`
  const isCurrent = current?.generation === own.generation
  const alone = current === null || isCurrent
  const same = current !== null && current.output === own.output
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <details open className="min-w-0">
        <summary className="min-h-6 cursor-pointer text-[13px] font-medium">
          Document <span className="font-normal text-muted">({formatBytes(new Blob([answer.document]).size)})</span>
        </summary>
        <pre
          role="region"
          tabIndex={0}
          aria-label="Document"
          className="mt-1.5 max-h-60 overflow-auto rounded-md border border-line bg-sunken p-3 text-[12.5px] whitespace-pre-wrap"
        >
          {showInvisible(answer.document)}
        </pre>
      </details>
      <p className="flex flex-wrap items-center gap-2 text-[13px]">
        {current === null ? (
          <Badge>the current generation answered nothing to compare with</Badge>
        ) : isCurrent ? (
          <Badge tone="good">{ownName} is current</Badge>
        ) : same ? (
          <Badge tone="good">
            {ownName} and {own.module}@{current.generation} answer the same
          </Badge>
        ) : (
          <Badge tone="warn">
            {ownName} and {own.module}@{current.generation} answer differently
          </Badge>
        )}
      </p>
      {rendered ? (
        <div className="grid min-w-0 gap-4 md:grid-cols-2">
          <RenderedView title={`Its own generation, ${ownName}`} html={own.output} />
          {!alone && <RenderedView title={`The current one, ${own.module}@${current.generation}`} html={current.output} />}
        </div>
      ) : alone || same ? (
        <OutsideText className="max-h-96" label={`Answer of ${ownName}`} text={own.output} />
      ) : (
        <Suspense fallback={<Skeleton className="h-48" />}>
          <TextDifference
            before={own.output}
            after={current.output}
            beforeLabel={`its own: ${ownName}`}
            afterLabel={`current: ${own.module}@${current.generation}`}
            language="text"
          />
        </Suspense>
      )}
    </div>
  )
}

/** The one place where output is rendered: a frame without any right, whose document may load nothing. */
function RenderedView({ title, html }: { title: string; html: string }) {
  const source = useMemo(() => renderedDocument(html), [html])
  return (
    <figure className="min-w-0">
      <figcaption className="pb-1 text-[13px] text-muted">{title}</figcaption>
      <iframe
        sandbox=""
        title={title}
        srcDoc={source}
        referrerPolicy="no-referrer"
        className="h-96 w-full rounded-md border border-line bg-white"
      />
    </figure>
  )
}
