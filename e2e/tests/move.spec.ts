import { secondClient } from '../fixtures/second-client.ts'
import { expect, test } from '../fixtures/test.ts'
import { ActPage } from '../pages/act.page.ts'

const COUNTER = `import { run } from '@strata/runtime/server'
export async function start(name: string) { return run('counter', [name]) }
export function init(name: string) { return { name, secretToken: 'hunter2', count: 1 } }
export function handleCall(message: object, state: object) { return { reply: state, state } }
`
const NEXT = `${COUNTER}export function codeChange(from: number, state: { name: string; count: number }) {
  if (state.name === 'c3') throw new Error('c3 has no such count')
  return { ...state, total: state.count, from }
}
`
const CONFIG = `export default { start: [1, 2, 3].map((n) => ({ module: 'counter', export: 'start', args: ['c' + n], name: 'c' + n })) }`

test('MOVE2 a generation is moved: tried on a copy first, then each with its outcome and reason', async ({ page, start, picture }) => {
  const server = await start({ 'counter.ts': COUNTER, 'strata.config.ts': CONFIG })
  const client = secondClient(server)
  await client.modules.load.mutate({ sources: [{ module: 'counter', text: NEXT }], old: 'keep', note: 'totals' })
  const receipt = new ActPage(page)
  await server.open(page, '/modules/counter')
  await page.getByRole('button', { name: 'Move generation 1…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('combobox', { name: 'To' })).toContainText('the current generation, 2')
  await dialog.getByRole('button', { name: 'Plan…' }).click()
  await expect(dialog).toContainText('3 processes go on in counter@2 with their state. Nobody ends')
  await dialog.getByRole('button', { name: /^Try / }).click()
  await expect(dialog.getByText('total: 1')).toBeVisible()
  await expect(dialog.getByText('hunter2')).toHaveCount(0)
  await picture(page, 'move-plan')
  await dialog.getByRole('button', { name: 'Move 3' }).click()
  await expect(receipt.heading).toContainText('move 3 processes')
  await expect(page.getByText('2 of 3 moved, 1 failed. Nobody was ended.')).toBeVisible()
  const failed = (await client.processes.list.query({ search: 'c3' })).rows[0]!.pid
  await expect(receipt.item(failed)).toContainText(
    'codeChange: Error: c3 has no such count, at codeChange (counter.ts:6:34 counter@2); it works on where it was',
  )
  await picture(page, 'move-receipt')
})

test('PREV2 a process shows its state on request, and the activity says who looked', async ({ page, start, picture }) => {
  const server = await start({ 'counter.ts': COUNTER, 'strata.config.ts': CONFIG })
  const pid = (await secondClient(server).processes.list.query({ search: 'c1' })).rows[0]!.pid
  await server.open(page, `/processes/${pid}`)
  await page.getByRole('button', { name: 'Show state' }).click()
  await expect(page.getByRole('region', { name: 'State, in generation 1' })).toContainText('secretToken: «redacted»')
  await page.getByRole('button', { name: 'Show queue' }).click()
  await expect(page.getByText('The queue is empty.')).toBeVisible()
  await picture(page, 'process-inside')
  await server.open(page, '/activity')
  await expect(page.getByText(/looked at the state of/)).toBeVisible()
})
