import { Button, Field, Input, Notice, formatBytes } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { useMayNot } from '../../api/use-may.ts'

/** Copies the store to a new file on the server's machine. Restoring is for the command line: it needs the server stopped. */
export function BackupForm() {
  const backup = useMutation(trpc.store.backup.mutationOptions())
  const mayNot = useMayNot('backup')
  const make = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const path = new FormData(event.currentTarget).get('path')
    if (typeof path === 'string') backup.mutate({ path: path.trim() })
  }
  return (
    <details className="min-w-0 open:order-last open:basis-full">
      <summary className="inline-flex min-h-7 w-fit cursor-pointer items-center gap-1.5 text-[13px] text-muted before:content-['▸'/''] phone:min-h-11 [[open]>&]:before:content-['▾'/'']">
        Make a backup
      </summary>
      <form onSubmit={make} className="mt-1 flex flex-wrap items-start gap-2">
        <Field
          label="New file on the server’s machine"
          hint="A whole path. ./strata restore FILE puts it back while the server is stopped."
          className="w-full sm:w-96"
        >
          {(control) => <Input {...control} name="path" required maxLength={4_000} placeholder="/backups/monday.db" />}
        </Field>
        <Button type="submit" icon="copy" className="sm:mt-6" busy={backup.isPending} disabledReason={mayNot}>
          Back up
        </Button>
      </form>
      <ErrorNotice error={backup.error} />
      {backup.data !== undefined && (
        <Notice
          tone="good"
          live="status"
          className="mt-2"
          title={`${formatBytes(backup.data.bytes)}, ${backup.data.entries} entries of the trail, all verified.`}
        >
          {backup.data.path}
        </Notice>
      )}
    </details>
  )
}
