import { HOUSE } from '../fixtures/house.ts'
import { expect, test } from '../fixtures/test.ts'
import { everyAct } from '../pages/every-act.ts'
import { KeyboardHand } from '../pages/hand.ts'
import { ShellPage } from '../pages/shell.page.ts'

test('every act once by keyboard alone', async ({ page, start }) => {
  // Some 600 presses, each answered by the page: on a machine that does other things too they take minutes.
  test.setTimeout(900_000)
  const server = await start(HOUSE)
  await server.open(page)
  await expect(new ShellPage(page).live).toBeVisible()
  await everyAct(new KeyboardHand(page), server, test.step)
})
