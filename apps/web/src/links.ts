import type { ProcessQuery } from '@strata/runtime'

// Every address of the console, built in one place. The address is the whole state: filters, sort, range.

type Value = string | number | boolean | null | undefined

function address(path: string, parameters: Readonly<Record<string, Value>> = {}): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(parameters)) {
    if (value === undefined || value === null || value === '' || value === false) continue
    query.set(key, value === true ? '1' : String(value))
  }
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

export function linkOverview(options: { minutes?: number; module?: string } = {}): string {
  return address('/', options)
}

export function linkModules(): string {
  return '/modules'
}

/** What a module's page has a dialog for. `bad` and `keep` set that mark of a generation, or lift it. */
export type ModuleAct = 'purge' | 'upgrade' | 'move' | 'delete' | 'rollback' | 'hold' | 'release' | 'bad' | 'keep'

/** The page of one module, at one of its generations if named. `act` opens that act's dialog there. */
export function linkModule(name: string, options: { generation?: number; tab?: string; act?: ModuleAct } = {}): string {
  return address(`/modules/${encodeURIComponent(name)}`, options)
}

/** The load page: for a module, from a file of the system's folder, or from a generation's source in the editor. */
export function linkLoad(options: { module?: string; file?: string; generation?: number } = {}): string {
  return address('/load', options)
}

export type ProcessFilter = Omit<ProcessQuery, 'limit'>

export function linkProcesses(filter: ProcessFilter = {}): string {
  return address('/processes', filter)
}

export function linkProcess(pid: string): string {
  return `/processes/${encodeURIComponent(pid)}`
}

/** The page of the schedulers; `restart` opens that dialog for one of them. */
export function linkSchedulers(options: { restart?: number } = {}): string {
  return address('/schedulers', options)
}

/** The supervisors; `root`: one with all below it. */
export function linkSupervisors(options: { root?: string } = {}): string {
  return address('/supervisors', options)
}

export function linkActivity(
  options: { type?: string; module?: string; generation?: number; actor?: string; since?: string; until?: string } = {},
): string {
  return address('/activity', options)
}

/** What crashed, by cause and generation. */
export function linkCrashes(options: { module?: string } = {}): string {
  return address('/crashes', options)
}

export function linkActs(): string {
  return '/acts'
}

/** The receipt of one act. */
export function linkAct(id: string): string {
  return `/acts/${encodeURIComponent(id)}`
}

export const SETTINGS_PLACES = ['sessions', 'people', 'tokens', 'approvals', 'limits', 'environment'] as const
export type SettingsPlace = (typeof SETTINGS_PLACES)[number]

/** A page of the settings. */
export function linkSettings(place: SettingsPlace): string {
  return `/settings/${place}`
}

/** What waits for a second person; `plan` opens one. */
export function linkApprovals(options: { plan?: string } = {}): string {
  return address('/settings/approvals', options)
}

/** The sign-in page, coming back to `next` (an address of this console) afterwards. */
export function linkSignIn(next?: string): string {
  return address('/sign-in', { next: next === '/' ? undefined : next })
}

/** The address to go on to after sign-in: ours only, else the Overview. */
export function readNext(search: string): string {
  const next = new URLSearchParams(search).get('next')
  return next !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(next) && !next.startsWith('/sign-in') ? next : '/'
}
