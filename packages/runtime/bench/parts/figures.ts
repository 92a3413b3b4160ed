import { spawnSync } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'

/** One measurement of two: by the wall's clock and of processor time, or of two ways to do one thing. */
export type Figure = readonly [number, number]

/** Measurements of one OS process by name. */
export type Figures = ReadonlyMap<string, readonly Figure[]>

export const NODE = [process.execPath, '--expose-gc', '--disable-warning=ExperimentalWarning'] as const

/** Runs a command that prints a line for each measurement: a name and two numbers. */
export function readFigures(command: string, args: readonly string[]): Figures {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`)
  const figures = new Map<string, Figure[]>()
  for (const line of stdout.split('\n')) {
    const [name, first, second] = line.split(' ')
    if (name === undefined || first === undefined || second === undefined) continue
    const list = figures.get(name) ?? []
    list.push([Number(first), Number(second)])
    figures.set(name, list)
  }
  return figures
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  if (low === undefined || high === undefined) throw new Error('nothing was measured')
  return (low + high) / 2
}

export function ratioText(numbers: readonly number[]): string {
  return `${median(numbers).toFixed(2)}× (${Math.min(...numbers).toFixed(2)}–${Math.max(...numbers).toFixed(2)})`
}

export function spread(numbers: readonly number[], unit: string, digits = 0): string {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
  return `${median(numbers).toFixed(digits)} ${unit} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

/** When and where it was measured, and how busy the machine was with other work. */
export function circumstances(): string {
  const cores = availableParallelism()
  const load = loadavg()[0] ?? 0
  const where = `${new Date().toISOString().slice(0, 10)}: ${cores} cores (${process.arch}), ${process.platform}, Node ${process.versions.node}.`
  return load > cores ? `${where} The machine was busy with other work (load ${load.toFixed(0)}): repeat on a quiet one.` : where
}
