import { HOUSE } from '../fixtures/house.ts'
import { expect, test } from '../fixtures/test.ts'
import { everyAct } from '../pages/every-act.ts'
import { TouchHand } from '../pages/hand.ts'
import { ShellPage } from '../pages/shell.page.ts'

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })

test('every act once on a phone, by a finger', async ({ page, start }) => {
  test.setTimeout(900_000)
  const server = await start(HOUSE)
  const hand = new TouchHand(page)
  const shell = new ShellPage(page)
  await server.open(page)
  await everyAct(hand, server, async (title, body) => {
    await test.step(title, body)
    expect.soft(await shell.overflowWidth(), title).toBe(0)
  })
  expect([...new Set(hand.tooSmall)]).toEqual([])
})
