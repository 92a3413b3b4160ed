import { writeFileSync } from 'node:fs'
import { secondClient, tokenHeaders } from '../fixtures/second-client.ts'
import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { LoadPage } from '../pages/load.page.ts'
import { ModulePage } from '../pages/module.page.ts'

const NEXT = 'generations/session/3-marked-7.ts'
const DOCUMENT = '# A heading\n\nSome *text*.\n'

test('GEN2 a load under refuse is refused with who pins what; under keep it succeeds and nobody ends', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 16, deploys: 1 })
  const old = await scribe.open('old.md', DOCUMENT)
  const before = { pids: await scribe.pids(), preview: (await scribe.preview(old)).own }
  const pinned = (await scribe.pidsIn(1)).length
  const load = new LoadPage(page)
  const module = new ModulePage(page)

  await load.open(scribe.server, '?module=session')
  await load.chooseFile(NEXT)
  await expect(load.policies().first()).toHaveAccessibleName(/^Keep/)
  for (const policy of await load.policies().all()) await expect(policy).not.toBeChecked()
  await expect(load.policyCard('Refuse')).toContainText(`refused, generation 1 is pinned by ${pinned}`)
  await expect(load.policyCard('Keep')).toContainText('nobody ends')

  await load.load('Refuse')
  await expect(load.refusal).toContainText('1 older generation of session is still loaded')
  await expect(load.refusal).toContainText(`session@1: pinned by ${pinned}`)
  expect(await scribe.pids()).toEqual(before.pids)
  expect((await scribe.layer(2))?.status).toBe('current')
  expect(await scribe.layer(3)).toBeUndefined()

  await load.note.fill('headings lose their ids')
  await load.load('Keep')
  await expect(module.layer(3)).toContainText('current')
  await expect(module.layer(3)).toContainText('headings lose their ids')
  await expect(module.layer(1)).toContainText(`pinned by ${pinned}`)
  expect(await scribe.pids()).toEqual(before.pids)

  const fresh = await scribe.open('new.md', DOCUMENT)
  expect(await scribe.pidsIn(3)).toEqual([fresh])
  expect((await scribe.preview(old)).own).toEqual(before.preview)
  expect((await scribe.preview(fresh)).own).toMatchObject({ generation: 3, output: expect.stringContaining('<h1>A heading</h1>') })
  expect(before.preview.output).toContain('<h1 id="a-heading">A heading</h1>')
})

test('GEN4 two files of the folder are ticked, stand in the address, and become current as one set', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 1, deploys: 0 })
  const load = new LoadPage(page)
  await load.open(scribe.server)
  const ticks = ['generations/session/2-marked-6.ts', 'generations/frame/2-reading-time.ts'].map((path) =>
    page.getByRole('checkbox', { name: `${path} in the set` }),
  )
  // The address has the set, and a tick follows it.
  for (const tick of ticks) {
    await tick.click()
    await expect(tick).toBeChecked()
  }
  await page.reload()
  for (const tick of ticks) await expect(tick).toBeChecked()
  await expect(page.getByText('2 files as one set: all become current together, or none.')).toBeVisible()
  await load.load('Keep')
  await expect
    .poll(async () =>
      (await scribe.client.modules.list.query())
        .filter(({ current }) => current === 2)
        .map(({ name }) => name)
        .sort(),
    )
    .toEqual(['frame', 'session'])
})

test('GEN1 a source that does not parse shows its fault at its line, and the system is as it was', async ({ page, start }) => {
  const scribe = await startScribe(start, { documents: 2, deploys: 0 })
  const before = { pids: await scribe.pids(), modules: await scribe.client.modules.list.query() }
  const load = new LoadPage(page)

  await load.open(scribe.server, '?module=session&tab=edit')
  await load.editor('session').press('ControlOrMeta+End')
  await load.editor('session').pressSequentially('\nexport const broken = = 1')
  const lines = await load.editor('session').locator('.cm-line').count()
  await load.check()
  await expect(load.diagnostics().first()).toContainText(`session.ts:${lines}:`)
  await expect(load.editor('session').locator('.cm-lintRange-error')).toHaveCount(1)
  await expect(load.loadButton).toHaveCount(0)

  expect(await scribe.pids()).toEqual(before.pids)
  const after = await scribe.client.modules.list.query()
  expect(after.map(({ name, current, generations }) => [name, current, generations])).toEqual(
    before.modules.map(({ name, current, generations }) => [name, current, generations]),
  )
})

test('an upload of 20 MB is refused with the limit, in the console and at the door', async ({ page, start }, info) => {
  const server = await start({ 'quiet.ts': 'export const quiet = true\n' })
  const large = Buffer.alloc(20_000_000, '/')
  // As bytes it takes the browser's protocol for many seconds.
  const file = info.outputPath('quiet.ts')
  writeFileSync(file, large)
  const load = new LoadPage(page)

  await load.open(server)
  await load.upload(file)
  await expect(load.refusal).toContainText(/quiet\.ts has 20 MB: a source has 1(\.0)? MB at most/)

  const response = await fetch(`${server.url}/trpc/modules.load`, {
    method: 'POST',
    headers: { ...tokenHeaders(server), 'content-type': 'application/json' },
    body: JSON.stringify({ sources: [{ module: 'quiet', text: large.toString() }], old: 'keep' }),
  })
  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({ error: { data: { fault: { code: 'payload_too_large' } } } })
  expect((await secondClient(server).modules.list.query()).map(({ generations }) => generations)).toEqual([[1]])
})
