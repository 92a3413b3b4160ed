import { Button, Field, Input, Select } from '@strata/ui'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { trpc } from '../api/client.ts'
import { ActDialog } from '../shell/act-dialog.tsx'
import { PlanDialog } from './plan-dialog.tsx'
import type { PlanRequest } from './plan-request.ts'

type MoveTargets = Extract<PlanRequest, { verb: 'move' }>['targets']

const RATE_DEFAULT = 1_000
const RATE_MAX = 100_000

interface MoveDialogProps {
  readonly title: string
  readonly targets: MoveTargets
  /** The module whose generations can be chosen; `null`: processes of several, each to its current one. */
  readonly module: string | null
  readonly addressed?: boolean
  readonly onClose: () => void
}

/** Asks where to and how fast, then plans. */
export function MoveDialog({ title, targets, module, addressed = false, onClose }: MoveDialogProps) {
  const [to, setTo] = useState('')
  const [rate, setRate] = useState(String(RATE_DEFAULT))
  const [planned, setPlanned] = useState(false)
  const { data: modules } = useQuery(trpc.modules.list.queryOptions())
  const view = modules?.find(({ name }) => name === module)
  const perSecond = /^\d{1,6}$/.test(rate) ? Number(rate) : 0
  const problem = perSecond >= 1 && perSecond <= RATE_MAX ? undefined : `A whole number from 1 to ${RATE_MAX}`
  if (planned) {
    const request = { verb: 'move' as const, targets, ...(to === '' ? {} : { to: Number(to) }), rate: perSecond }
    return <PlanDialog request={request} addressed={addressed} onClose={onClose} />
  }
  return (
    <ActDialog
      onClose={onClose}
      title={title}
      description="A behaviour's process is suspended, codeChange of the other generation makes its state, and it goes on. A raw loop is sent its module's upgrade message. Nobody ends."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" disabledReason={problem} onClick={() => setPlanned(true)}>
            Plan…
          </Button>
        </>
      }
    >
      <Field label="To" hint={view === undefined ? 'Each to what is current of its module.' : undefined}>
        {(control) => (
          <Select {...control} value={to} onChange={(event) => setTo(event.target.value)}>
            <option value="">
              {view === undefined || view.current === null ? 'the current generation' : `the current generation, ${view.current}`}
            </option>
            {(view?.generations ?? [])
              .filter((number) => number !== view?.current)
              .map((number) => (
                <option key={number} value={number}>
                  generation {number}, old
                </option>
              ))}
          </Select>
        )}
      </Field>
      <Field label="Processes a second, at most" error={problem}>
        {(control) => <Input {...control} inputMode="numeric" value={rate} onChange={(event) => setRate(event.target.value)} />}
      </Field>
    </ActDialog>
  )
}
