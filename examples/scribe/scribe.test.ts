import { describe, expect, it } from 'vitest'
import { listBooks, readBook } from './library.ts'
import { lifetimeMs, readSettings, waves } from './settings.ts'
import * as marked4 from './session.ts'
import * as marked6 from './generations/session/2-marked-6.ts'
import * as marked7 from './generations/session/3-marked-7.ts'
import * as marked17 from './generations/session/4-marked-17.ts'
import * as marked18 from './generations/session/5-marked-18.ts'
import * as endless from './generations/session/6-endless.ts'
import * as fixed from './generations/session/7-ids-again.ts'
import { brokenLinks } from './links.ts'

const texts = (await Promise.all((await listBooks(1)).map(readBook))).flatMap((book) => (book === undefined ? [] : [book.text]))

function differing(one: { previewOf(text: string): string }, other: { previewOf(text: string): string }): number {
  return texts.filter((text) => one.previewOf(text) !== other.previewOf(text)).length
}

describe('scribe', () => {
  it('finds enough Markdown below node_modules, in an order that only the seed decides', async () => {
    expect(texts.length).toBeGreaterThan(60)
    expect(await listBooks(7)).toEqual(await listBooks(7))
    expect(await listBooks(7)).not.toEqual(await listBooks(8))
  })

  it('renders differently with each release, and loses heading ids with marked 7', () => {
    expect(differing(marked4, marked6)).toBeGreaterThan(0)
    expect(differing(marked6, marked7)).toBeGreaterThan(texts.length / 2)
    expect(differing(marked7, marked17)).toBeGreaterThan(0)
    expect(differing(marked17, marked18)).toBeGreaterThan(0)
    expect(marked6.previewOf('# One two')).toContain('<h1 id="one-two">')
    expect(marked7.previewOf('# One two')).toContain('<h1>')
  })

  it('renders the same text the same way twice', () => {
    for (const generation of [marked4, marked6]) expect(differing(generation, generation)).toBe(0)
    expect(differing(marked18, endless)).toBe(0)
  })

  it('finds the links that marked 7 broke, and that the fix mends', () => {
    const broken = (renderer: { previewOf(text: string): string }) =>
      texts.filter((text) => brokenLinks(renderer.previewOf(text)) > 0).length
    expect(broken(marked7)).toBeGreaterThan(3)
    expect([broken(marked4), broken(marked6), broken(fixed)]).toEqual([0, 0, 0])
  })

  it('opens a first wave that is gone after three minutes, and later ones that outlast a quarter of an hour', () => {
    const settings = readSettings({})
    const sizes = waves(settings)
    expect(sizes.reduce((sum, size) => sum + size)).toBe(settings.documents)
    let index = 0
    for (const [wave, size] of sizes.entries()) {
      const minutes = Array.from({ length: size }, () => lifetimeMs(settings, index++) / 60_000)
      expect(Math.min(...minutes)).toBeGreaterThan(0.3)
      if (wave === 0) expect(Math.max(...minutes)).toBeLessThan(3)
      else expect(Math.max(...minutes)).toBeGreaterThan(15)
    }
  })

  it('never closes a document by itself when lifetimes are frozen', () => {
    expect(lifetimeMs(readSettings({ SCRIBE_LIFETIMES: 'frozen' }), 0)).toBe(Number.POSITIVE_INFINITY)
  })
})
