import type { ProcessDetail } from '@strata/runtime'
import { Button, IconButton, Menu } from '@strata/ui'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { refreshAll } from '../../api/live.ts'
import { useDestructiveAllowed } from '../../api/live-store.ts'
import { useMayNot } from '../../api/use-may.ts'
import { MoveDialog } from '../../plans/move-dialog.tsx'
import { PlanDialog } from '../../plans/plan-dialog.tsx'
import { ExitDialog } from './exit-dialog.tsx'
import { KillOne } from './kill-one.tsx'
import { SendDialog } from './send-dialog.tsx'

type Opened = 'upgrade' | 'move' | 'send' | 'exit' | 'kill'

/** What can be done with one process: what is needed at once stands there, gentle before hard; the rest is in the menu. */
export function ProcessActs({ process, ended }: { process: ProcessDetail; ended: boolean }) {
  const [open, setOpen] = useState<Opened | null>(null)
  const { reason: stale } = useDestructiveAllowed()
  const { data: modules } = useQuery(trpc.modules.list.queryOptions())
  const current = modules?.find(({ name }) => name === process.module)?.current ?? null
  const mayNot = {
    upgrade: useMayNot('upgrade'),
    move: useMayNot('move'),
    send: useMayNot('send'),
    suspend: useMayNot(process.status === 'suspended' ? 'resume' : 'suspend'),
    exit: useMayNot('exit'),
    kill: useMayNot('kill'),
  }
  const gone = ended ? 'This process has ended' : undefined
  const close = () => setOpen(null)
  return (
    <>
      {process.behaviour === null ? (
        <Button
          disabledReason={mayNot.upgrade ?? gone ?? upgradeBlock(process, current) ?? stale}
          variant="primary"
          onClick={() => setOpen('upgrade')}
        >
          Upgrade…
        </Button>
      ) : (
        <Button disabledReason={mayNot.move ?? gone ?? stale} variant="primary" onClick={() => setOpen('move')}>
          Move…
        </Button>
      )}
      <SuspendButton process={process} blocked={mayNot.suspend ?? gone ?? stale} />
      <span className="flex items-center gap-2 sm:ml-2">
        <Button className="text-bad!" disabledReason={mayNot.kill ?? gone ?? stale} onClick={() => setOpen('kill')}>
          Kill…
        </Button>
        <Menu
          trigger={<IconButton icon="more" label="More acts" />}
          items={[
            { label: 'Send message…', icon: 'mail', disabledReason: mayNot.send ?? gone, onSelect: () => setOpen('send') },
            'separator',
            {
              label: 'Exit…',
              icon: 'signOut',
              danger: true,
              disabledReason: mayNot.exit ?? gone ?? stale,
              onSelect: () => setOpen('exit'),
            },
          ]}
        />
      </span>
      {open === 'upgrade' && <PlanDialog request={{ verb: 'upgrade', targets: { pids: [process.pid] } }} onClose={close} />}
      {open === 'move' && (
        <MoveDialog
          title={`Move ${process.pid}`}
          targets={{ pids: [process.pid] }}
          module={process.behaviour?.module ?? process.module}
          onClose={close}
        />
      )}
      {open === 'send' && <SendDialog pid={process.pid} onClose={close} />}
      {open === 'exit' && <ExitDialog chosen={{ pids: [process.pid] }} count={1} onClose={close} />}
      {open === 'kill' && <KillOne pid={process.pid} onClose={close} />}
    </>
  )
}

/** Nobody ends by it and it is undone by one press, so it asks nothing. */
function SuspendButton({ process, blocked }: { process: ProcessDetail; blocked: string | undefined }) {
  const { pid, status } = process
  const done = { onSettled: () => refreshAll() }
  const suspend = useMutation(trpc.processes.suspend.mutationOptions(done))
  const resume = useMutation(trpc.processes.resume.mutationOptions(done))
  const act = status === 'suspended' ? resume : suspend
  const pending = suspend.data?.status === 'pending' && status !== 'suspended'
  return (
    <>
      <Button busy={act.isPending} disabledReason={blocked} onClick={() => act.mutate({ pid })}>
        {status === 'suspended' ? 'Resume' : 'Suspend'}
      </Button>
      {pending && (
        <span role="status" className="text-[13px] text-muted">
          suspended when its present turn ends
        </span>
      )}
      <ErrorNotice error={suspend.error ?? resume.error} />
    </>
  )
}

function upgradeBlock(process: ProcessDetail, current: number | null): string | undefined {
  const { module, generation, canUpgrade } = process
  if (module === null || generation === null) return 'It has not entered any module yet'
  if (current === null) return `${module} has no current generation to move to`
  if (generation === current) return `It is in ${module}@${current} already, which is current`
  if (!canUpgrade) return `${module}@${generation} exports no upgrade message, so it cannot be asked`
  return undefined
}
