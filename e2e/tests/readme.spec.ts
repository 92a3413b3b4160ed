import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '../fixtures/test.ts'

const ROOT = join(import.meta.dirname, '../..')

interface Block {
  readonly language: string
  readonly text: string
  /** What stands in the paragraph before it: the file's name, for a source. */
  readonly before: string
}

test('SYS1 the README’s second example works as it is written', async ({ start }) => {
  const blocks = readBlocks(readFileSync(join(ROOT, 'README.md'), 'utf8').split('## Any folder')[1]!.split('\n## ')[0]!)
  const files = blocks
    .filter((block) => block.language === 'ts')
    .map((block) => [/`hello\/([\w.-]+)`/.exec(block.before)![1]!, block.text] as const)
  expect(files.map(([name]) => name)).toEqual(['greeter.ts', 'strata.config.ts'])
  expect(files[0]![1].trimEnd().split('\n')).toHaveLength(10)

  const server = await start(Object.fromEntries(files))
  const [before, after] = blocks.filter((block) => block.language === 'sh')
  const run = async (line: string): Promise<void> => {
    const [command, said] = line.split('#').map((part) => part.trim()) as [string, string?]
    if (command.startsWith('npm start')) return expect(command).toBe('npm start -- hello')
    const { code, output } = await runShell(command.replaceAll('hello/', `${server.systemFolder}/`), server)
    expect(code, `${command}\n${output}`).toBe(0)
    const spoken = /the first terminal says: (.+)$/.exec(said ?? '')?.[1]
    if (spoken !== undefined) await expect.poll(() => server.output).toContain(`${spoken}\n`)
  }
  for (const line of before!.text.trimEnd().split('\n')) await run(line)

  const [was, is] = /change `(.+)` to `(.+)` in the file/.exec(after!.before)!.slice(1) as [string, string]
  writeFileSync(join(server.systemFolder, 'greeter.ts'), files[0]![1].replace(was, is))
  for (const line of after!.text.trimEnd().split('\n')) await run(line)

  const [greeter] = await server.json<{ name: string; current: number; generations: number[] }[]>('modules')
  expect(greeter).toMatchObject({ name: 'greeter', current: 2, generations: [2] })
})

function readBlocks(text: string): Block[] {
  const parts = text.split(/^```/m)
  const blocks: Block[] = []
  for (let index = 1; index < parts.length; index += 2) {
    const [language = '', ...lines] = parts[index]!.split('\n')
    blocks.push({ language, text: lines.join('\n'), before: parts[index - 1]! })
  }
  return blocks
}

/** Runs one line of the README in the repository, against this test's server. */
function runShell(line: string, server: { url: string; dataFolder: string }): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, STRATA_URL: server.url, STRATA_DATA: server.dataFolder }
    execFile('sh', ['-c', line], { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr })
    })
  })
}
