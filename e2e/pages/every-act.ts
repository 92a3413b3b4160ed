import { expect } from '@playwright/test'
import { secondClient } from '../fixtures/second-client.ts'
import type { StrataServer } from '../fixtures/strata-server.ts'
import { ActPage } from './act.page.ts'
import type { Hand } from './hand.ts'
import { LoadPage } from './load.page.ts'
import { ModulePage } from './module.page.ts'
import { PlanDialog } from './plan-dialog.page.ts'
import { ProcessesPage } from './processes.page.ts'
import { ProcessPage } from './process.page.ts'

type Step = (title: string, body: () => Promise<void>) => Promise<void>

/** Every act of the console once, over the house: what it did is asked of the server. */
export async function everyAct(hand: Hand, server: StrataServer, step: Step): Promise<void> {
  const { page } = hand
  const client = secondClient(server)
  const plan = new PlanDialog(page)
  const receipt = new ActPage(page)
  const module = new ModulePage(page)
  const process = new ProcessPage(page)
  const processes = new ProcessesPage(page)
  const load = new LoadPage(page)
  const dialog = page.getByRole('dialog')
  const button = (name: string | RegExp) => dialog.getByRole('button', { name })
  const reason = dialog.getByRole('textbox', { name: 'Reason' })
  const pidOf = async (name: string) => (await client.processes.list.query({ search: name })).rows.find((row) => row.name === name)!.pid
  const statusOf = async (pid: string) => (await client.processes.list.query({ search: pid })).rows.find((row) => row.pid === pid)?.status
  const layer = async (name: string, number: number) =>
    (await client.modules.generations.query({ module: name })).find((one) => one.number === number)
  const view = async (name: string) => (await client.modules.list.query()).find((one) => one.name === name)
  const openProcess = async (name: string) => {
    await hand.palette('processes', 'Processes')
    await hand.type(processes.search, name)
    await expect(processes.rows).toHaveCount(1)
    await hand.openRow(processes.row(await pidOf(name)))
    await expect(process.heading).toContainText(name)
  }

  await step('load under keep, with a note', async () => {
    await hand.palette('load guest', 'Load guest…')
    await hand.openRow(page.getByRole('row').filter({ hasText: 'generations/guest/2.ts' }))
    await expect(load.policy('Keep')).toBeVisible()
    await hand.pick(load.policy('Keep'), load.policyCard('Keep'))
    await hand.type(load.note, 'a second one')
    await hand.press(load.loadButton)
    await expect(module.layer(2)).toContainText('current')
    expect(await layer('guest', 2)).toMatchObject({ status: 'current', note: 'a second one' })
  })

  await step('hold and release', async () => {
    await hand.palette('hold guest', 'Hold guest…')
    await hand.type(reason, 'I am at it')
    await hand.press(button('Hold guest'))
    await expect(dialog).toHaveCount(0)
    await expect.poll(async () => (await view('guest'))?.hold?.reason).toBe('I am at it')
    await hand.press(page.getByRole('button', { name: 'Release…' }).first())
    await hand.press(button('Release guest'))
    await expect.poll(async () => (await view('guest'))?.hold).toBeNull()
  })

  await step('mark bad, and lift the mark', async () => {
    await hand.palette('mark guest@1 bad', 'Mark guest@1 bad…')
    await hand.type(reason, 'it knocks twice')
    await hand.press(button('Mark bad'))
    await expect.poll(async () => (await layer('guest', 1))?.markedBad?.reason).toBe('it knocks twice')
    await hand.press(page.getByRole('button', { name: 'Marks of generation 1' }))
    await hand.press(page.getByRole('menuitem', { name: /Lift/ }).first())
    await hand.type(reason, 'it was the wind')
    await hand.press(button('Lift mark'))
    await expect.poll(async () => (await layer('guest', 1))?.markedBad).toBeNull()
  })

  await step('roll back, and forth', async () => {
    for (const number of [1, 2]) {
      await hand.palette(`roll back guest to ${number}`, `Roll back guest to ${number}…`)
      await hand.press(plan.confirm)
      await expect(receipt.heading).toBeVisible()
      await expect.poll(async () => (await view('guest'))?.current).toBe(number)
    }
  })

  await step('suspend, resume', async () => {
    const pid = await pidOf('guest 1')
    await openProcess('guest 1')
    await hand.press(process.suspend)
    await expect(process.resume).toBeVisible()
    expect(await statusOf(pid)).toBe('suspended')
    await hand.press(process.resume)
    await expect(process.suspend).toBeVisible()
    expect(await statusOf(pid)).toBe('waiting')
  })

  await step('upgrade one', async () => {
    const pid = await pidOf('guest 1')
    await hand.press(process.upgrade)
    await hand.press(plan.confirm)
    await expect(receipt.item(pid)).toContainText('moved')
  })

  await step('trace a process, and stop', async () => {
    await openProcess('guest 2')
    await hand.press(process.trace)
    await hand.press(process.traceDialog.getByRole('button', { name: 'Trace', exact: true }))
    await expect(process.traceDialog).toHaveCount(0)
    await hand.press(page.getByRole('button', { name: 'Stop', exact: true }))
    await expect(page.getByText(/It was stopped/)).toBeVisible()
  })

  await step('send a message', async () => {
    const pid = await pidOf('guest 2')
    await hand.press(process.more)
    await hand.press(page.getByRole('menuitem', { name: 'Send message…' }))
    await hand.type(dialog.getByRole('textbox', { name: 'Message (JSON)' }), '{"type":"knock"}')
    await hand.press(button('Send'))
    await expect(dialog).toContainText('Sent')
    await hand.press(button('Close').first())
    await expect(process.more).toBeFocused()
    expect((await client.processes.get.query({ pid })).pid).toBe(pid)
  })

  await step('send an exit signal', async () => {
    const pid = await pidOf('guest 2')
    await hand.press(process.more)
    await hand.press(page.getByRole('menuitem', { name: 'Exit…' }))
    await hand.type(dialog.getByRole('textbox', { name: 'Exit reason' }), 'moving house')
    await hand.press(button(`Send exit to ${pid}`))
    await expect(dialog).toContainText(`${pid} has ended`)
    await hand.press(button('Close').first())
    expect(await statusOf(pid)).toBeUndefined()
  })

  await step('kill one: taken back, then at once', async () => {
    const pid = await pidOf('guest 3')
    await openProcess('guest 3')
    await hand.press(process.kill)
    await hand.press(button(`Kill ${pid}`))
    // The dialog has a Cancel of its own, until the receipt is there.
    await expect(receipt.timer).toBeVisible()
    await hand.press(receipt.cancel)
    await expect(page.getByRole('main')).toContainText('cancelled')
    expect(await statusOf(pid)).toBe('waiting')
    await openProcess('guest 3')
    await hand.press(process.kill)
    await hand.type(reason, 'it is mad')
    await hand.press(button(`Kill ${pid}`))
    await hand.press(page.getByRole('button', { name: 'Now', exact: true }))
    await expect(receipt.item(pid)).toContainText('killed')
  })

  await step('kill two that are selected', async () => {
    const pids = [await pidOf('guest 4'), await pidOf('guest 5')]
    await hand.palette('processes', 'Processes')
    for (const pid of pids) await hand.selectRow(processes.row(pid))
    await hand.press(processes.selection.getByRole('button', { name: 'Kill 2…' }))
    await hand.type(plan.typed('2'), '2')
    await hand.press(plan.confirm)
    for (const pid of pids) await expect(receipt.item(pid)).toContainText('killed')
  })

  await step('move a generation', async () => {
    await client.modules.load.mutate({ sources: [await client.modules.candidate.query({ path: 'generations/counter/2.ts' })], old: 'keep' })
    await hand.palette('counter', 'counter')
    await hand.press(page.getByRole('button', { name: 'Move generation 1…' }))
    await hand.press(button('Plan…'))
    await hand.press(button('Move 2'))
    await expect(page.getByText('2 of 2 moved')).toBeVisible()
  })

  await step('soft purge what drained', async () => {
    await hand.palette('soft purge counter@1', 'Soft purge counter@1')
    await hand.press(module.softPurge(1))
    await expect.poll(async () => (await layer('counter', 1))?.status).toBe('purged')
  })

  await step('force purge', async () => {
    await hand.palette('force purge guest@1', 'Force purge guest@1…')
    await hand.type(plan.typed('guest@1'), 'guest@1')
    await hand.type(plan.reason, 'the last of them')
    await hand.press(plan.confirm)
    await expect(receipt.heading).toContainText('purge guest@1')
    await expect.poll(async () => (await layer('guest', 1))?.status).toBe('purged')
  })

  await step('delete a module', async () => {
    await hand.palette('delete attic', 'Delete attic…')
    await hand.type(plan.typed('attic@1'), 'attic@1')
    await hand.press(plan.confirm)
    await expect(receipt.heading).toBeVisible()
    await expect.poll(async () => (await view('attic'))?.current ?? null).toBeNull()
  })

  await step('set a limit', async () => {
    await hand.palette('limits', 'Limits')
    await hand.type(page.getByRole('textbox', { name: 'Value' }), '2h')
    await hand.type(page.getByRole('textbox', { name: 'Reason' }), 'nights are long')
    await hand.press(page.getByRole('button', { name: 'Set', exact: true }))
    await expect(page.getByText('The limits are as shown above.')).toBeVisible()
    expect((await client.settings.limits.query()).all.pinnedLongerThanMs).toBe(2 * 3_600_000)
  })

  await step('invite somebody, and change the role', async () => {
    await hand.palette('people', 'People')
    await hand.type(page.getByRole('textbox', { name: 'Name', exact: true }), 'anna')
    await hand.press(page.getByRole('button', { name: 'Invite', exact: true }))
    await expect(page.getByText(/#invitation=/)).toBeVisible()
    await hand.press(page.getByRole('button', { name: 'Acts for anna' }))
    await hand.press(page.getByRole('menuitem', { name: 'Change role…' }))
    await hand.choose(dialog.getByRole('combobox', { name: 'Role' }), 'operator')
    await hand.press(button('Make anna operator'))
    await expect.poll(async () => (await client.people.list.query()).find(({ name }) => name === 'anna')?.role).toBe('operator')
  })

  await step('make a token, and revoke it', async () => {
    await hand.palette('tokens', 'Tokens')
    await hand.type(page.getByRole('textbox', { name: 'Name', exact: true }), 'night')
    await hand.press(page.getByRole('button', { name: 'Make the token' }))
    await hand.press(page.getByRole('button', { name: 'I have it' }))
    await hand.press(page.getByRole('button', { name: /^Revoke / }))
    await expect.poll(async () => (await client.tokens.list.query())[0]?.status).toBe('revoked')
  })

  await step('write a handover', async () => {
    await hand.palette('activity', 'Activity')
    await hand.press(page.getByText('Write a handover'))
    await hand.press(page.getByRole('button', { name: 'Write', exact: true }))
    await expect(page.getByLabel('Handover as Markdown')).toContainText('it is mad')
  })

  await step('restart a scheduler', async () => {
    const living = async () => (await client.processes.list.query({})).rows.map(({ pid }) => pid)
    const before = await living()
    await hand.palette('restart a scheduler', 'Restart a scheduler…')
    await hand.press(page.getByRole('button', { name: 'Restart…' }))
    await hand.type(plan.typed('scheduler 1'), 'scheduler 1')
    await hand.press(plan.confirm)
    await expect(receipt.heading).toBeVisible()
    await expect.poll(async () => (await living()).filter((pid) => before.includes(pid))).toEqual([])
  })
}
