import { AxeBuilder } from '@axe-core/playwright'
import { startChat } from '../fixtures/chat.ts'
import { expect, test } from '../fixtures/test.ts'
import { ChatPage } from '../pages/chat.page.ts'

/** HISTORY_MAX of examples/rooms: what somebody who comes later is shown. */
const REMEMBERED_MAX = 200

test('HOST3 people chat in their browsers while the room is loaded, moved and purged: nothing acknowledged is lost or said twice, and all hear the same', async ({
  context,
  picture,
}) => {
  const chat = await startChat()
  try {
    const people = await Promise.all(['ann', 'ben', 'cleo'].map(async (nick) => new ChatPage(await context.newPage(), nick)))
    const [ann] = people as [ChatPage, ...ChatPage[]]
    await ann.enter(chat, '<b>')
    await expect(ann.refusal).toContainText('a name has 1 to 40 letters')
    for (const person of people) {
      await person.enter(chat)
      await expect(person.title).toHaveText('hall')
    }
    await expect(ann.people).toHaveText(['ann', 'ben', 'cleo'])

    const said: string[] = []
    let over = false
    const talk = async (person: ChatPage): Promise<void> => {
      for (let n = 1; !over || n <= 5; n++) {
        said.push(`${person.nick} says ${n} <i>\u202e</i>`)
        await person.say(said.at(-1) as string)
        if (n % 3 === 0) await expect(person.sending).toHaveCount(0)
      }
    }
    const operate = async (): Promise<readonly unknown[]> => {
      const outcomes: unknown[] = []
      for (const act of ['load', 'move', 'purge'] as const) {
        const before = said.length
        outcomes.push(await chat.operate(act))
        await expect.poll(() => said.length, { intervals: [20] }).toBeGreaterThan(before + 2)
      }
      over = true
      return outcomes
    }
    const [outcomes] = await Promise.all([operate(), ...people.map(talk)])
    expect(outcomes).toMatchObject([
      { status: 'loaded', loaded: [{ module: 'room', number: 2 }] },
      [{ status: 'moved', from: 1, to: 2 }],
      { generations: [1], killed: [] },
    ])

    for (const person of people) {
      await expect(person.sending).toHaveCount(0)
      await expect(person.messages).toHaveCount(said.length)
    }
    const heard = await ann.heard()
    expect([...heard].sort()).toEqual([...said].sort())
    for (const person of people) expect(await person.heard(), person.nick).toEqual(heard)
    const late = new ChatPage(await context.newPage(), 'dan')
    await late.enter(chat)
    // A busy machine lets people say more than a room remembers.
    await expect(late.messages).toHaveCount(Math.min(said.length, REMEMBERED_MAX))
    expect(await late.heard()).toEqual(heard.slice(-REMEMBERED_MAX))
    // The later room knows when something was said.
    await late.say('What time is it?')
    await expect(ann.messages.last().locator('small')).toHaveText(/^dan · .*\d/)

    for (const colorScheme of ['light', 'dark'] as const) {
      await ann.page.emulateMedia({ colorScheme })
      expect((await new AxeBuilder({ page: ann.page as never }).analyze()).violations, colorScheme).toEqual([])
      await picture(ann.page, `rooms-${colorScheme}`)
    }
    await ann.page.setViewportSize({ width: 360, height: 740 })
    expect(await ann.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0)
    await picture(ann.page, 'rooms-phone')
  } finally {
    await chat.close()
  }
})
