import type { SupervisedView, SupervisorView } from '@strata/runtime'
import {
  Badge,
  formatCount,
  formatDuration,
  formatPlural,
  RelativeTime,
  showInvisible,
  StateWord,
  Table,
  TBody,
  Td,
  Th,
  THead,
  Tr,
} from '@strata/ui'
import type { Tone } from '@strata/ui'
import { Link } from 'react-router'
import { linkModule, linkProcess } from '../../links.ts'

const STATUS_TONES: Readonly<Record<SupervisedView['status'], Tone>> = { running: 'good', restarting: 'warn', stopped: 'idle' }

/** One outermost supervisor, its children, and the supervisors among them with theirs. */
export function SupervisorTree({ rows }: { rows: readonly SupervisorView[] }) {
  const [root] = rows
  if (root === undefined) return null
  const name = root.name === null ? root.pid : showInvisible(root.name)
  return (
    <section aria-labelledby={`supervisor-${root.pid}`} className="flex flex-col gap-2">
      <h2 id={`supervisor-${root.pid}`} className="text-[15px] font-semibold">
        {name}{' '}
        <span className="font-normal text-muted">
          started <RelativeTime at={root.startedAt} />
        </span>
      </h2>
      <Table label={`What ${name} supervises`}>
        <THead>
          <tr>
            <Th>Process</Th>
            <Th>Starts</Th>
            <Th>State</Th>
            <Th numeric>Restarts</Th>
          </tr>
        </THead>
        <TBody>
          {rows.map((row) => (
            <SupervisorRows key={row.pid} row={row} />
          ))}
        </TBody>
      </Table>
    </section>
  )
}

function SupervisorRows({ row }: { row: SupervisorView }) {
  const {
    pid,
    name,
    module,
    depth,
    strategy,
    intensity,
    periodMs,
    restartsLeft,
    restarts,
    children,
    childCount,
    autoShutdown,
    supervisor,
  } = row
  // A supervisor among the children has its own rows, where it stands in the tree.
  const own = children.filter(({ kind, pid: child }) => kind !== 'supervisor' || child === null)
  return (
    <>
      <Tr>
        <Td className="whitespace-nowrap">
          <Name depth={depth} pid={pid} name={name} strong />
        </Td>
        <Td>
          {formatPlural(childCount, 'child', 'children')}, {strategy}
          {autoShutdown !== 'never' && `, ends with ${autoShutdown === 'any' ? 'its first' : 'its last'} significant child`}{' '}
          <Module name={module} />
          {supervisor !== null && (
            <span className="text-muted">
              <Elsewhere pid={pid} than={supervisor} />
            </span>
          )}
        </Td>
        <Td className="whitespace-nowrap">
          <Badge tone={restartsLeft === 0 ? 'bad' : restartsLeft < intensity ? 'warn' : 'good'}>
            {restartsLeft} of {intensity} left
          </Badge>{' '}
          <span className="text-muted">in {formatDuration(periodMs)}</span>
        </Td>
        <Td numeric>{formatCount(restarts)}</Td>
      </Tr>
      {own.map((child) => (
        <ChildRow key={child.id} child={child} depth={depth + 1} beside={pid} />
      ))}
      {childCount > children.length && (
        <Tr>
          <Td colSpan={4} className="text-muted">
            <span style={{ paddingInlineStart: `${(depth + 1) * 1.25}rem` }}>
              and {formatCount(childCount - children.length)} more children
            </span>
          </Td>
        </Tr>
      )}
    </>
  )
}

/** `beside`: its supervisor; a child on another scheduler says so. */
function ChildRow({ child, depth, beside }: { child: SupervisedView; depth: number; beside: string }) {
  const { id, pid, name, status, kind, module, export: exportName, restart, significant, restarts } = child
  return (
    <Tr>
      <Td className="whitespace-nowrap">
        <Name depth={depth} pid={pid} name={name ?? id} />
      </Td>
      <Td>
        {kind === 'process' ? '' : `${kind} `}
        {module !== '' && <Module name={module} />}
        {exportName !== null && <span className="font-mono text-[12.5px]">.{showInvisible(exportName)}</span>}
        <span className="text-muted">
          , {restart}
          {significant && ', significant'}
          {pid !== null && <Elsewhere pid={pid} than={beside} />}
        </span>
      </Td>
      <Td>
        <StateWord tone={STATUS_TONES[status]}>{status}</StateWord>
      </Td>
      <Td numeric>{formatCount(restarts)}</Td>
    </Tr>
  )
}

function Elsewhere({ pid, than }: { pid: string; than: string }) {
  const [scheduler] = pid.split('.')
  const [other] = than.split('.')
  return scheduler === other ? null : `, on scheduler ${scheduler}`
}

function Name({ depth, pid, name, strong = false }: { depth: number; pid: string | null; name: string | null; strong?: boolean }) {
  return (
    <span
      style={{ paddingInlineStart: `${depth * 1.25}rem` }}
      className={`inline-flex items-baseline gap-2 ${strong ? 'font-medium' : ''}`}
    >
      {pid === null ? (
        <span className="text-muted">not running</span>
      ) : (
        <Link
          to={linkProcess(pid)}
          className="inline-flex min-h-6 items-center phone:min-h-11 font-mono text-[12.5px] underline underline-offset-2"
        >
          {pid}
        </Link>
      )}
      {name !== null && <span>{showInvisible(name)}</span>}
    </span>
  )
}

function Module({ name }: { name: string }) {
  return (
    <Link to={linkModule(name)} className="font-mono text-[12.5px] underline-offset-2 hover:underline">
      {name}
    </Link>
  )
}
