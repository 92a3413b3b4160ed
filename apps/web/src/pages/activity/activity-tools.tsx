import { Button, Notice, formatCount } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import type { ActivityLine, AuditVerification } from '@strata/server'
import { client, queryClient, trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useMayNot } from '../../api/use-may.ts'
import { activityCsv } from './activity-csv.ts'
import { speaksOf } from './activity-filter.ts'
import { type ActivityChoice, activityQuery } from './activity-query.ts'
import { BackupForm } from './backup-form.tsx'
import { HandoverForm } from './handover-form.tsx'
import { fileTime, saveFile } from './save-file.ts'

const PAGE_ENTRIES = 2_000
/** More are not held in a browser's memory; narrow the choice, or take `./strata audit export`. */
const EXPORT_LINES_MAX = 20_000

/** That they were taken stands in the timeline below. */
const readAgain = () => queryClient.invalidateQueries(trpc.activity.list.queryFilter())

/** Takes the chosen lines away as a file, and has the trail's chain followed. */
export function ActivityTools({ choice }: { choice: ActivityChoice }) {
  const save = useMutation({ mutationFn: (format: 'csv' | 'jsonl') => exportLines(choice, format), onSuccess: readAgain })
  const mayNot = useMayNot('audit-export')
  const verify = useMutation({ mutationFn: () => client.activity.verify.query({}) as Promise<AuditVerification> })
  return (
    <>
      <HandoverForm />
      <BackupForm />
      <div className="flex gap-2 max-sm:-mx-3 max-sm:overflow-x-auto max-sm:px-3 max-sm:py-1 max-sm:[&_button]:shrink-0 max-sm:[&_svg]:hidden sm:ml-auto sm:flex-wrap">
        <Button size="sm" icon="file" busy={save.isPending} disabledReason={mayNot} onClick={() => save.mutate('csv')}>
          Export CSV
        </Button>
        <Button size="sm" icon="file" busy={save.isPending} disabledReason={mayNot} onClick={() => save.mutate('jsonl')}>
          Export JSON lines
        </Button>
        <Button size="sm" icon="lock" busy={verify.isPending} onClick={() => verify.mutate()}>
          Verify the trail
        </Button>
      </div>
      <div className="order-last flex basis-full flex-col gap-2 empty:hidden">
        <ErrorNotice error={save.error ?? verify.error} />
        {(save.data ?? 0) >= EXPORT_LINES_MAX && (
          <Notice
            tone="warn"
            live="status"
            title={`The file holds the oldest ${formatCount(EXPORT_LINES_MAX)} entries: narrow the choice, or take ./strata audit export.`}
          />
        )}
        {verify.data !== undefined && <Verified verified={verify.data} />}
      </div>
    </>
  )
}

function Verified({ verified }: { verified: AuditVerification }) {
  if (verified.status === 'broken')
    return (
      <Notice tone="bad" live="alert" title={`The trail is broken at entry ${verified.broken.seq}.`}>
        It was changed, added or removed by hand; the {formatCount(verified.entries)} entries before it verify. ./strata audit verify tells
        more.
      </Notice>
    )
  return (
    <Notice tone="good" live="status" title={`The trail is whole: ${formatCount(verified.entries)} entries, each bound to the one before.`}>
      Newest entry <code className="break-all">{verified.head}</code>. Kept elsewhere, it shows later whether an end was cut off: ./strata
      audit verify --head HASH.
    </Notice>
  )
}

type Page = Awaited<ReturnType<typeof client.activity.export.mutate>>
type Entry = Page['entries'][number]

/** Reads all chosen entries, oldest first, and hands them to the browser as a file. Answers how many. The server enters it into the trail. */
async function exportLines(choice: ActivityChoice, format: 'csv' | 'jsonl'): Promise<number> {
  const entries: Entry[] = []
  for (let page: Page | undefined; page === undefined || (page.more && entries.length < EXPORT_LINES_MAX); ) {
    const after = page === undefined ? {} : { after: entries.at(-1)?.seq ?? 0, through: page.through }
    page = await client.activity.export.mutate({ format, ...activityQuery(choice), limit: PAGE_ENTRIES, ...after })
    entries.push(...page.entries)
  }
  const { module, generation } = choice
  const lineOf = (entry: Entry): ActivityLine => ({ ...entry.facts, id: entry.seq }) as ActivityLine
  const chosen = module === null || generation === null ? entries : entries.filter((entry) => speaksOf(lineOf(entry), module, generation))
  const text = format === 'csv' ? activityCsv(chosen.map(lineOf)) : chosen.map((entry) => `${JSON.stringify(entry)}\n`).join('')
  saveFile(text, format === 'csv' ? 'text/csv' : 'application/jsonl', `activity-${fileTime()}.${format}`)
  return entries.length
}
