import { deepEqual, equal, rejects } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const README = join(import.meta.dirname, '../README.md')

interface Block {
  readonly section: string
  /** What stands behind the language: `file=counter.ts`, `host`, `next=basket`, `test`. */
  readonly use: string
  readonly text: string
}

function readBlocks(): readonly Block[] {
  const blocks: Block[] = []
  let section = ''
  for (const part of readFileSync(README, 'utf8').split(/^(?=## )/m)) {
    section = /^## (.*)$/m.exec(part)?.[1] ?? ''
    for (const [, use = '', text = ''] of part.matchAll(/^```ts(?: (\S+))?\n([\s\S]*?)^```$/gm)) blocks.push({ section, use, text })
  }
  return blocks
}

const blocks = readBlocks()
const sections = [...new Set(blocks.map(({ section }) => section))]
const of = (section: string, prefix: string) => blocks.filter((block) => block.section === section && block.use.startsWith(prefix))
let folder = ''

beforeAll(async () => {
  // Below the package, so that imports are found as a reader's would be.
  folder = await mkdtemp(join(import.meta.dirname, '.readme-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function until(condition: () => Promise<boolean>): Promise<void> {
  await expect.poll(condition).toBe(true)
}

test('HOST5 every snippet of the authors’ README is of a kind that is run', () => {
  expect(blocks.length).toBeGreaterThan(10)
  expect(blocks.filter(({ use }) => !/^(file=\S+|host|next=\S+|test)$/.test(use))).toEqual([])
})

test.each(sections.filter((section) => of(section, 'host').length > 0))('HOST5 README, %s', async (section) => {
  const system = join(folder, section.replaceAll(/\W/g, '-'))
  await mkdir(system)
  for (const { use, text } of of(section, 'file=')) await writeFile(join(system, use.slice('file='.length)), text)
  const next = Object.fromEntries(of(section, 'next=').map(({ use, text }) => [use.slice('next='.length), text]))
  const [host, ...more] = of(section, 'host')
  expect(more).toEqual([])
  const program = join(folder, `${section.replaceAll(/\W/g, '-')}.host.ts`)
  const [imports, code] = split(host?.text ?? '')
  await writeFile(
    program,
    `// @ts-nocheck\n${imports}\nexport async function main({ folder, next, equal, rejects, until }) {\n${code}\n}\n`,
  )
  const { main } = (await import(program)) as { main: (given: object) => Promise<void> }
  await main({ folder: system, next, equal, deepEqual, rejects, until })
})

/** The imports at its beginning, and the rest. */
function split(text: string): readonly [string, string] {
  const [imports = ''] = /^(?:import .*\n|\n)*/.exec(text) ?? []
  return [imports, text.slice(imports.length)]
}

const [testing] = blocks.filter(({ use }) => use === 'test')
const [, testCode] = split(testing?.text ?? '')
const [, name = '', body = ''] = /test\('(.*?)', async \(\) => \{\n([\s\S]*)\n\}\)/.exec(testCode) ?? []

test(`HOST5 README, Testing: ${name}`, async () => {
  const { createTestScheduler } = await import('../src/testing/index.ts')
  const before = testCode.slice(0, testCode.indexOf('test('))
  const run = new Function('createTestScheduler', 'expect', `${before}\nreturn (async () => {\n${body}\n})()`) as (
    ...given: unknown[]
  ) => Promise<void>
  expect(body).toContain('expect(')
  await run(createTestScheduler, expect)
})
