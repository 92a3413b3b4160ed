import { Button, Notice, formatCount } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import type { ActivityLine, AuditVerification } from '@strata/server'
import { client } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { activityCsv } from './activity-csv.ts'
import { speaksOf } from './activity-filter.ts'
import { type ActivityChoice, activityQuery } from './activity-query.ts'
import { BackupForm } from './backup-form.tsx'

const PAGE_LINES = 500
/** More are not held in a browser's memory; narrow the choice, or page through `./strata events --json`. */
const EXPORT_LINES_MAX = 20_000

/** Takes the chosen lines away as a file, and has the trail's chain followed. */
export function ActivityTools({ choice }: { choice: ActivityChoice }) {
  const save = useMutation({ mutationFn: () => exportLines(choice) })
  const verify = useMutation({ mutationFn: () => client.activity.verify.query({}) as Promise<AuditVerification> })
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        <Button icon="file" busy={save.isPending} onClick={() => save.mutate()}>
          Export CSV
        </Button>
        <Button icon="lock" busy={verify.isPending} onClick={() => verify.mutate()}>
          Verify the trail
        </Button>
      </div>
      <ErrorNotice error={save.error ?? verify.error} />
      {save.data === EXPORT_LINES_MAX && (
        <Notice
          tone="warn"
          live="status"
          title={`The file holds the newest ${formatCount(EXPORT_LINES_MAX)} lines: narrow the choice for the rest.`}
        />
      )}
      {verify.data !== undefined && <Verified verified={verify.data} />}
      <BackupForm />
    </div>
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

/** Reads all chosen lines, newest first, and hands them to the browser as a file. Answers how many. */
async function exportLines(choice: ActivityChoice): Promise<number> {
  const lines: ActivityLine[] = []
  for (let more = true; more && lines.length < EXPORT_LINES_MAX; ) {
    const before = lines.at(-1)?.id
    const page = await client.activity.list.query({
      ...activityQuery(choice),
      limit: PAGE_LINES,
      ...(before === undefined ? {} : { before }),
    })
    lines.push(...(page.lines as readonly ActivityLine[]))
    more = page.more
  }
  const { module, generation } = choice
  const chosen = module === null || generation === null ? lines : lines.filter((line) => speaksOf(line, module, generation))
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([activityCsv(chosen)], { type: 'text/csv' }))
  link.download = `activity-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.csv`
  link.click()
  URL.revokeObjectURL(link.href)
  return lines.length
}
