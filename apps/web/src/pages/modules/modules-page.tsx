import { useQuery } from '@tanstack/react-query'
import type { ModuleView } from '@strata/runtime'
import {
  Badge,
  buttonClass,
  Empty,
  formatCount,
  formatPlural,
  PageHead,
  showInvisible,
  Skeleton,
  Table,
  TBody,
  Td,
  Th,
  THead,
  Tr,
} from '@strata/ui'
import { Link } from 'react-router'
import { trpc } from '../../api/client.ts'
import { ErrorNotice } from '../../api/error-notice.tsx'
import { linkLoad, linkModule } from '../../links.ts'
import { usePageTitle } from '../../shell/use-page-title.ts'
import { StackPicture } from './stack-picture.tsx'

/** All modules of the system with their stacks. */
export function ModulesPage() {
  usePageTitle('Modules')
  const modules = useQuery(trpc.modules.list.queryOptions())
  return (
    <div className="flex flex-col gap-5">
      <PageHead
        title="Modules"
        actions={
          modules.data?.length !== 0 && (
            <Link to={linkLoad()} className={buttonClass({ variant: 'primary' })}>
              Load…
            </Link>
          )
        }
      >
        {modules.data !== undefined && modules.data.length > 0 && summary(modules.data)}
      </PageHead>
      <ErrorNotice error={modules.error} retry={() => void modules.refetch()} />
      {modules.isPending && <Skeleton className="h-64" />}
      {modules.data !== undefined && (modules.data.length === 0 ? <NoModules /> : <ModuleTable modules={modules.data} />)}
    </div>
  )
}

function summary(modules: readonly ModuleView[]): string {
  const layered = modules.filter(({ generations }) => generations.length > 1).length
  const pins = modules.reduce((sum, module) => sum + module.pins, 0)
  return `${formatPlural(modules.length, 'module')}, ${formatCount(layered)} with old generations; ${pins === 0 ? 'no process pins an old one' : `${formatPlural(pins, 'process pins', 'processes pin')} an old one`}.`
}

function ModuleTable({ modules }: { modules: readonly ModuleView[] }) {
  return (
    <Table label="Modules">
      <THead>
        <tr>
          <Th>Module</Th>
          <Th>Stack, newest on top</Th>
          <Th numeric>Current</Th>
          <Th numeric>Old</Th>
          <Th numeric>Pin old ones</Th>
          <Th numeric>Crashes/min</Th>
          <Th>Packages</Th>
        </tr>
      </THead>
      <TBody>
        {modules.map((module) => (
          <ModuleRow key={module.name} module={module} />
        ))}
      </TBody>
    </Table>
  )
}

function ModuleRow({ module }: { module: ModuleView }) {
  const current = module.layers.find(({ status }) => status === 'current')
  const crashes = module.layers.reduce((sum, layer) => sum + layer.crashesPerMinute, 0)
  const old = module.layers.filter(({ status }) => status === 'old').length
  return (
    <Tr>
      <Td>
        <span className="flex flex-wrap items-center gap-x-2">
          <Link
            to={linkModule(module.name)}
            className="inline-flex min-h-6 items-center phone:min-h-11 font-mono font-medium wrap-anywhere underline-offset-2 hover:underline phone:min-w-24"
          >
            {module.name}
          </Link>
          {module.differsOnDisk && (
            <Link to={linkLoad({ module: module.name })} className="inline-flex min-h-6 items-center phone:min-h-11">
              <Badge tone="warn">the file on disk differs</Badge>
            </Link>
          )}
          {module.hold !== null && <Badge tone="warn">held by {showInvisible(module.hold.by)}</Badge>}
        </span>
      </Td>
      <Td>
        <StackPicture layers={module.layers} />
      </Td>
      <Td numeric>{module.current ?? <span className="text-bad">none</span>}</Td>
      <Td numeric>{old}</Td>
      <Td numeric>{formatCount(module.pins)}</Td>
      <Td numeric className={crashes > 0 ? 'text-bad' : undefined}>
        {formatCount(crashes)}
      </Td>
      <Td>
        <span className="font-mono text-xs text-muted">
          {current?.packages.map(({ name, release }) => `${name} ${release}`).join(', ') || '–'}
        </span>
      </Td>
    </Tr>
  )
}

function NoModules() {
  return (
    <Empty
      title="No module is loaded"
      actions={
        <Link to={linkLoad()} className={buttonClass({ variant: 'primary' })}>
          Load the first one…
        </Link>
      }
    >
      Each TypeScript file of the system's folder is a module. Load one, change it and load it again: the processes that are inside the
      older generation live on in it.
    </Empty>
  )
}
