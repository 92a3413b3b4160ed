import type { GenerationView, ModuleView } from '@strata/runtime'
import { formatCount, type IconName, showInvisible } from '@strata/ui'
import {
  linkActivity,
  linkActs,
  linkCrashes,
  linkLoad,
  linkModule,
  linkModules,
  linkOverview,
  linkProcesses,
  linkSchedulers,
  linkSupervisors,
  linkSettings,
} from '../links.ts'

/** One line of the palette: where it leads. An act leads to its button or dialog; the palette itself changes nothing. */
export interface Command {
  readonly label: string
  readonly hint: string
  readonly icon: IconName
  readonly to: string
}

const PAGES: readonly Command[] = [
  { label: 'Overview', hint: 'g o', icon: 'home', to: linkOverview() },
  { label: 'Modules', hint: 'g m', icon: 'layers', to: linkModules() },
  { label: 'Processes', hint: 'g p', icon: 'process', to: linkProcesses() },
  { label: 'Supervisors', hint: 'g u', icon: 'tree', to: linkSupervisors() },
  { label: 'Schedulers', hint: 'g s', icon: 'clock', to: linkSchedulers() },
  { label: 'Restart a scheduler…', hint: 'ends all its processes', icon: 'clock', to: linkSchedulers() },
  { label: 'Activity', hint: 'g a', icon: 'activity', to: linkActivity() },
  { label: 'Crashes', hint: 'by cause and generation', icon: 'flame', to: linkCrashes() },
  { label: 'Acts and receipts', hint: '', icon: 'check', to: linkActs() },
  { label: 'Password and sessions', hint: 'settings', icon: 'lock', to: linkSettings('sessions') },
  { label: 'People', hint: 'settings', icon: 'lock', to: linkSettings('people') },
  { label: 'Tokens', hint: 'settings', icon: 'lock', to: linkSettings('tokens') },
  { label: 'Approvals', hint: 'settings', icon: 'lock', to: linkSettings('approvals') },
  { label: 'Limits', hint: 'settings', icon: 'warning', to: linkSettings('limits') },
  { label: 'Environment', hint: 'settings', icon: 'info', to: linkSettings('environment') },
  { label: 'Load…', hint: 'files, upload, editor', icon: 'upload', to: linkLoad() },
  { label: 'Kill processes…', hint: 'select them first', icon: 'close', to: linkProcesses() },
  { label: 'Processes that hold a scheduler', hint: '', icon: 'flame', to: linkProcesses({ load: 'holding' }) },
]

/** Everything the palette can lead to. */
export function listCommands(modules: readonly ModuleView[]): readonly Command[] {
  return [...PAGES, ...modules.flatMap(moduleCommands)]
}

function moduleCommands(module: ModuleView): readonly Command[] {
  const { name, layers, hold } = module
  const old = layers.filter((layer) => layer.status === 'old')
  const drained = old.filter((layer) => layer.drained)
  return [
    { label: name, hint: 'module', icon: 'layers', to: linkModule(name) },
    { label: `Load ${name}…`, hint: 'a new generation', icon: 'upload', to: linkLoad({ module: name }) },
    { label: `Processes of ${name}`, hint: 'what pins it', icon: 'process', to: linkProcesses({ module: name }) },
    ...old.map((layer) => ({
      label: `Roll back ${name} to ${layer.number}…`,
      hint: 'nobody ends',
      icon: 'history' as const,
      to: linkModule(name, { generation: layer.number, act: 'rollback' }),
    })),
    hold === null
      ? { label: `Hold ${name}…`, hint: 'keep others out', icon: 'lock', to: linkModule(name, { act: 'hold' }) }
      : { label: `Release ${name}…`, hint: `held by ${showInvisible(hold.by)}`, icon: 'lock', to: linkModule(name, { act: 'release' }) },
    ...drained.map((layer) => ({
      label: `Soft purge ${name}@${layer.number}`,
      hint: 'drained',
      icon: 'trash' as const,
      to: linkModule(name, { generation: layer.number }),
    })),
    ...old
      .filter((layer) => !layer.drained)
      .flatMap((layer) => [
        {
          label: `Force purge ${name}@${layer.number}…`,
          hint: layer.pins === 0 ? 'another generation was built with it' : `pinned by ${formatCount(layer.pins)}`,
          icon: 'trash' as const,
          to: linkModule(name, { generation: layer.number, act: 'purge' }),
        },
        ...(layer.upgradable
          ? [
              {
                label: `Upgrade ${name}@${layer.number}…`,
                hint: `${layer.pins} to ask`,
                icon: 'arrowUp' as const,
                to: linkModule(name, { generation: layer.number, act: 'upgrade' }),
              },
            ]
          : []),
      ]),
    ...layers.flatMap(markCommands),
    { label: `Delete ${name}…`, hint: '', icon: 'trash', to: linkModule(name, { act: 'delete' }) },
  ]
}

function markCommands({ module, number, markedBad, markedKeep }: GenerationView): readonly Command[] {
  const command = (kind: 'bad' | 'keep', marked: boolean): Command => ({
    label: marked ? `Lift mark "${kind}" of ${module}@${number}…` : `Mark ${module}@${number} ${kind}…`,
    hint: kind === 'bad' ? 'refuse its content' : 'leave out of soft purge',
    icon: 'flag',
    to: linkModule(module, { generation: number, act: kind }),
  })
  return [command('bad', markedBad !== null), command('keep', markedKeep !== null)]
}

/** Those that hold every word of the text: labels that begin with it first, then other labels, and last what only a hint says. */
export function searchCommands(commands: readonly Command[], text: string): readonly Command[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const first = words[0]
  const found = commands.filter(({ label, hint }) => words.every((word) => `${label} ${hint}`.toLowerCase().includes(word)))
  if (first === undefined) return found
  const distance = ({ label }: Command) => {
    const low = label.toLowerCase()
    if (low.startsWith(first)) return 0
    return words.every((word) => low.includes(word)) ? 1 : 2
  }
  return found
    .map((command, index) => ({ command, index }))
    .sort((a, b) => distance(a.command) - distance(b.command) || a.index - b.index)
    .map(({ command }) => command)
}
