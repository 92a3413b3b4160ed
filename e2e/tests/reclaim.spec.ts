import { preferTheme } from '../fixtures/prefer-theme.ts'
import { expect, test } from '../fixtures/test.ts'
import { ModulePage } from '../pages/module.page.ts'
import { secondClient } from '../fixtures/second-client.ts'

const LIB = `export class Handler { handle() { return 'handled' } }
export function make() { return new Handler().handle }
`
const KEEPER = `import { receive } from '@strata/runtime/process'
import { make } from './lib.ts'
const handlers = new Map<string, () => string>()
export async function start(): Promise<void> {
  await receive()
  handlers.set('first', handlers.get('first') ?? make())
  try {
    handlers.get('first')?.()
  } catch {}
  return start()
}
`
const SHAPES = `import { Handler } from './lib.ts'
export class Loud extends Handler { override handle() { return super.handle().toUpperCase() } }
`

test('PIN1 PIN6 PIN7 what is left of a purged generation: who was built with it, who reached its code, who keeps it', async ({
  page,
  start,
  picture,
}) => {
  const server = await start({
    'strata.config.ts': `export default { name: 'keepers', start: [{ module: 'keeper', export: 'start', name: 'keeper' }] }\n`,
    'lib.ts': LIB,
    'keeper.ts': KEEPER,
    'shapes.ts': SHAPES,
  })
  const client = secondClient(server)
  const { rows } = await client.processes.list.query({ limit: 10 })
  const poke = () => client.processes.send.mutate({ pid: rows[0]!.pid, message: { go: true } })
  await poke()
  await client.modules.load.mutate({ sources: [{ module: 'lib', text: `${LIB}// two\n` }], old: 'keep' })
  const module = new ModulePage(page)

  await module.open(server, 'lib')
  await expect(module.layer(1)).toContainText('read by shapes@1')
  await module.softPurge(1).click()
  await expect(module.notice(/Not purged: generation 1 is read by 1/)).toContainText('shapes@1')
  await page.getByRole('button', { name: 'Generation 1, old: details' }).click()
  await expect(page.getByRole('table', { name: 'Pins of generation 1' })).toContainText('was built with this class or value')
  await picture(page, 'read-by')

  await client.modules.load.mutate({ sources: [{ module: 'shapes', text: `${SHAPES}// two\n` }], old: 'soft-purge' })
  await client.modules.softPurge.mutate({ module: 'shapes' })
  await module.softPurge(1).click()
  await expect(module.layer(1)).toHaveCount(0)
  await poke()
  await expect.poll(async () => (await client.modules.generations.query({ module: 'lib' })).at(-1)?.reached?.count).toBe(1)

  await page.reload()
  const row = (await module.openHistory()).filter({ hasText: 'not collected yet' })
  await expect(row).toContainText('reached 1 time since, last from keeper.ts:8 (keeper@1)')
  await page.getByRole('button', { name: 'Who keeps it… generation 1' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Every process stands still while it is taken')
  await dialog.getByRole('button', { name: 'Take the snapshot' }).click()
  await expect(dialog.getByRole('list', { name: 'Who keeps lib@1' })).toContainText('module state of keeper@1 keeps')
  for (const [look, theme, width] of [
    ['light', 'light', 1_280],
    ['dark', 'dark', 1_280],
    ['phone', 'light', 390],
  ] as const) {
    await preferTheme(page, theme)
    await page.setViewportSize({ width, height: 860 })
    await picture(page, `retainers-${look}`)
  }
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await picture(page, 'purged-memory-phone')
  await page.setViewportSize({ width: 1_280, height: 860 })
  await picture(page, 'purged-memory')
})
