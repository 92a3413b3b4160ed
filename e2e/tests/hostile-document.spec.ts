import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { startScribe } from '../fixtures/scribe.ts'
import { expect, test } from '../fixtures/test.ts'
import { ProcessPage } from '../pages/process.page.ts'

test('a hostile document runs no script and sends no request, as text and rendered', async ({ page, start }) => {
  const asked: string[] = []
  const canary = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end()
  }).listen(0, '127.0.0.1')
  const away = () => `http://127.0.0.1:${(canary.address() as AddressInfo).port}`
  await new Promise((resolve) => canary.once('listening', resolve))

  const foreign: string[] = []
  page.on('requestfinished', (request) => {
    if (!request.url().startsWith(scribe.server.url)) foreign.push(request.url())
  })
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })

  const scribe = await startScribe(start, { documents: 1, deploys: 0 })
  const pid = await scribe.open(
    'hostile.md',
    [
      '# Hostile',
      `<script>top.document.title = 'owned'; fetch('${away()}/script'); alert(1)</script>`,
      `<script src="${away()}/src.js"></script>`,
      `<img src="nowhere" onerror="top.document.title = 'owned'; fetch('${away()}/onerror'); alert(2)">`,
      `<svg onload="alert(3)"></svg>`,
      `<img src="${away()}/image.png"> ![remote](${away()}/markdown.png)`,
      `<a href="javascript:alert(4)" id="link">press</a> [press too](javascript:alert(5))`,
      `<iframe src="${away()}/frame.html"></iframe>`,
      `<link rel="stylesheet" href="${away()}/style.css"><style>body { background: url(${away()}/background.png) }</style>`,
      `<meta http-equiv="refresh" content="0; url=${away()}/refresh"><base href="${away()}/"><form action="${away()}/form"><button>send</button></form>`,
    ].join('\n\n'),
  )
  await scribe.load('generations/session/2-marked-6.ts')
  const process = new ProcessPage(page)

  await process.open(scribe.server, pid)
  await expect(process.document).toContainText('<script>')
  await expect(page.getByText(`${away()}/image.png`).first()).toBeVisible()
  const title = await page.title()

  await process.showRendered()
  const frames = process.frames
  await expect(frames.first()).toBeVisible()
  for (const frame of await frames.all()) {
    expect(await frame.getAttribute('sandbox')).toBe('')
    const inside = frame.contentFrame()
    await expect(inside.getByText('Hostile', { exact: true }).last()).toBeVisible()
    await inside.getByText('press', { exact: true }).click()
    await inside.getByText('press too', { exact: true }).click()
    await inside.getByRole('button', { name: 'send' }).click()
  }
  // One more answer of the server: whatever was to leave has had its time.
  await process.askAgain()
  await expect(frames.first()).toBeVisible()

  expect(asked).toEqual([])
  expect(foreign).toEqual([])
  expect(dialogs).toEqual([])
  expect(await page.title()).toBe(title)
  await expect(page).toHaveURL(new RegExp(`/processes/${pid.replace('.', '\\.')}\\?view=rendered$`))
  canary.close()
})
