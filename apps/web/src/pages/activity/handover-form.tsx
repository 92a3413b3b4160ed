import { Button, copyText, Field, Notice, Select } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client, queryClient, trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { fileTime, saveFile } from './save-file.ts'

const HOURS = [1, 4, 8, 12, 24, 72, 168]
const HOURS_AT_FIRST = 12

/** That it was written stands in the timeline below. */
const readAgain = () => queryClient.invalidateQueries(trpc.activity.list.queryFilter())

/** Writes the last hours down for whoever comes next, as Markdown to copy or keep. */
export function HandoverForm() {
  const [hours, setHours] = useState(HOURS_AT_FIRST)
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no')
  const write = useMutation({
    mutationFn: () => client.activity.handover.query({ hours }),
    onMutate: () => setCopied('no'),
    onSuccess: readAgain,
  })
  const copy = async (text: string) => setCopied((await copyText(text)) ? 'yes' : 'failed')
  return (
    <details className="min-w-0 open:order-last open:basis-full">
      <summary className="inline-flex min-h-7 w-fit cursor-pointer items-center gap-1.5 text-[13px] text-muted before:content-['▸'/''] phone:min-h-11 [[open]>&]:before:content-['▾'/'']">
        Write a handover
      </summary>
      <div className="mt-1 flex flex-wrap items-start gap-2">
        <Field
          label="Of the last"
          hint={`./strata handover --hours ${hours} prints the same. Sign-ins and reads are left out.`}
          className="w-full sm:w-96"
        >
          {(control) => (
            <Select {...control} value={String(hours)} onChange={(event) => setHours(Number(event.target.value))}>
              {HOURS.map((count) => (
                <option key={count} value={count}>
                  {count === 1 ? 'hour' : count < 48 ? `${count} hours` : `${count / 24} days`}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button icon="file" className="sm:mt-6" busy={write.isPending} onClick={() => write.mutate()}>
          Write
        </Button>
      </div>
      <ErrorNotice error={write.error} />
      {write.data !== undefined && (
        <div className="mt-2 flex flex-col gap-2">
          <div className="flex flex-wrap gap-2">
            <Button icon="copy" onClick={() => void copy(write.data.markdown)}>
              Copy
            </Button>
            <Button icon="file" onClick={() => saveFile(write.data.markdown, 'text/markdown', `handover-${fileTime()}.md`)}>
              Save as a file
            </Button>
          </div>
          {copied === 'yes' && <Notice tone="good" live="status" title="Copied." />}
          {copied === 'failed' && (
            <Notice tone="warn" live="status" title="The browser did not let it be copied: save it, or select it below." />
          )}
          <pre
            aria-label="Handover as Markdown"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
            tabIndex={0}
            className="max-h-96 overflow-auto rounded-md bg-sunken p-3 text-xs whitespace-pre-wrap wrap-anywhere"
          >
            {write.data.markdown}
          </pre>
        </div>
      )}
    </details>
  )
}
