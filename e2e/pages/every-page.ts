import { expect } from '@playwright/test'
import type { Scribe } from '../fixtures/scribe.ts'
import { secondClient } from '../fixtures/second-client.ts'
import type { StrataServer } from '../fixtures/strata-server.ts'

/** One address of the console with what tells that it is there. */
export interface Place {
  readonly name: string
  readonly path: string
  /** The page's heading. */
  readonly heading: RegExp
}

/** Every page of the console, over a system in which each has something to show. */
export async function everyPage(scribe: Scribe): Promise<readonly Place[]> {
  const document = await scribe.plainDocument(2)
  await scribe.traced(document)
  const [receipt] = await scribe.client.acts.list.query({ module: 'session' })
  return [
    { name: 'modules', path: '/modules', heading: /^Modules$/ },
    { name: 'module', path: '/modules/session?generation=2', heading: /^session$/ },
    { name: 'module-files', path: '/modules/session?generation=2&files=shown', heading: /^session$/ },
    { name: 'difference', path: '/modules/session?tab=difference&from=1&to=2', heading: /^session$/ },
    { name: 'history', path: '/modules/session?tab=history', heading: /^session$/ },
    { name: 'drain', path: '/modules/session?tab=drain', heading: /^session$/ },
    { name: 'components', path: '/components', heading: /^Components$/ },
    { name: 'load', path: '/load?module=session&file=generations/session/5-marked-18.ts', heading: /^Load$/ },
    { name: 'load-upload', path: '/load?module=session&tab=upload', heading: /^Load$/ },
    { name: 'load-edit', path: '/load?module=session&tab=edit', heading: /^Load$/ },
    { name: 'processes', path: '/processes?module=session', heading: /^Processes$/ },
    { name: 'process', path: `/processes/${document}`, heading: new RegExp(`^${document}`) },
    { name: 'process-rendered', path: `/processes/${document}?view=rendered`, heading: new RegExp(`^${document}`) },
    { name: 'supervisors', path: '/supervisors', heading: /^Supervisors$/ },
    { name: 'schedulers', path: '/schedulers', heading: /^Schedulers$/ },
    { name: 'restart', path: '/schedulers?restart=1', heading: /^Schedulers$/ },
    { name: 'plan', path: '/modules/session?generation=2&act=purge', heading: /^session$/ },
    { name: 'crashes', path: '/crashes', heading: /^Crashes$/ },
    { name: 'acts', path: '/acts', heading: /^Acts$/ },
    { name: 'receipt', path: `/acts/${receipt?.id}`, heading: /^Receipt: / },
    { name: 'activity', path: '/activity', heading: /^Activity$/ },
    { name: 'sessions', path: '/settings/sessions', heading: /^Settings$/ },
    { name: 'people', path: '/settings/people', heading: /^Settings$/ },
    { name: 'tokens', path: '/settings/tokens', heading: /^Settings$/ },
    { name: 'approvals', path: '/settings/approvals', heading: /^Settings$/ },
    { name: 'settings-limits', path: '/settings/limits', heading: /^Settings$/ },
    { name: 'environment', path: '/settings/environment', heading: /^Settings$/ },
    { name: 'nowhere', path: '/nowhere', heading: /./ },
    // Last, when its charts have something to draw.
    { name: 'overview', path: '/', heading: /documents live in/ },
  ]
}

/** Has one of them take the system's one scheduler: the mill so that views are served, the press so that nobody there can be asked. */
export async function holdScheduler(server: StrataServer, by: 'mill' | 'press'): Promise<readonly Place[]> {
  const client = secondClient(server)
  const { rows } = await client.processes.list.query({})
  const pidOf = (name: string): string => rows.find((row) => row.name === name)?.pid ?? ''
  const [holder, neighbour] = [pidOf(by), pidOf('neighbour')]
  await client.processes.send.mutate({ pid: holder, message: {} })
  await expect
    .poll(async () => (await client.schedulers.list.query())[0]?.status, { timeout: 60_000 })
    .toBe(by === 'mill' ? 'holding' : 'stuck')
  const own = { name: by, path: `/processes/${holder}`, heading: new RegExp(`^${holder}`) }
  if (by === 'mill') return [own]
  return [
    own,
    { name: 'press-neighbour', path: `/processes/${neighbour}`, heading: new RegExp(`^${neighbour}`) },
    { name: 'press-schedulers', path: '/schedulers', heading: /^Schedulers$/ },
  ]
}
