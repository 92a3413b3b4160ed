import { Button, CopyLine, Field, Notice, quoteShell, TextArea } from '@strata/ui'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Inputs } from '../../api/client.ts'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { ActDialog } from '../../shell/act-dialog.tsx'

type Json = Inputs['processes']['send']['message']

/** Sends one message, written as JSON, to a process. */
export function SendDialog({ pid, onClose }: { pid: string; onClose: () => void }) {
  const [text, setText] = useState('{ "type": "" }')
  const send = useMutation(trpc.processes.send.mutationOptions())
  const message = parseJson(text)
  return (
    <ActDialog
      onClose={onClose}
      title={`Send a message to ${pid}`}
      description="It goes to the end of the queue; what comes of it is the process's own affair."
      footer={
        <>
          <Button onClick={onClose}>{send.data === undefined ? 'Cancel' : 'Close'}</Button>
          <Button
            variant="primary"
            busy={send.isPending}
            disabledReason={'problem' in message ? 'The message is not valid JSON yet' : undefined}
            onClick={() => {
              if ('value' in message) send.mutate({ pid, message: message.value })
            }}
          >
            Send
          </Button>
        </>
      }
    >
      <Field label="Message (JSON)" error={'problem' in message ? message.problem : undefined}>
        {(control) => (
          <TextArea
            {...control}
            rows={6}
            spellCheck={false}
            className="font-mono"
            value={text}
            onChange={(event) => {
              send.reset()
              setText(event.target.value)
            }}
          />
        )}
      </Field>
      <div role="status">{send.data !== undefined && <Notice tone="good" title="Sent: it is in the queue of the process" />}</div>
      <ErrorNotice error={send.error} />
      {'value' in message && (
        <CopyLine label="The same from a terminal" command={`./strata send ${pid} ${quoteShell(JSON.stringify(message.value))}`} />
      )}
    </ActDialog>
  )
}

function parseJson(text: string): { readonly value: Json } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) as Json }
  } catch (error) {
    return { problem: error instanceof SyntaxError ? error.message : 'not JSON' }
  }
}
