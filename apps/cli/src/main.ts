import { createInterface } from 'node:readline/promises'
import { runCommandLine } from './command-line.ts'

const interrupted = new AbortController()
process.once('SIGINT', () => interrupted.abort())
// Whoever reads has closed the pipe (`| head`): nothing is left to say.
process.stdout.on('error', () => process.exit(0))

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
  useColor: process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  async ask(question) {
    const terminal = createInterface({ input: process.stdin, output: process.stdout })
    try {
      return await terminal.question(question, { signal: interrupted.signal })
    } catch (error) {
      // Ctrl-C at the question is an answer: no.
      if (interrupted.signal.aborted || (error instanceof Error && error.name === 'AbortError')) return ''
      throw error
    } finally {
      terminal.close()
    }
  },
  now: () => Date.now(),
  signal: interrupted.signal,
})
