import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { root } from './root.ts'
import { buildWeb } from './web-build.ts'

// The console is rebuilt at each change and the server started again at each change of its own; the browser stays on the server's address, because
// the door accepts no other origin.
const from = process.env['INIT_CWD'] ?? process.cwd()
const system = process.argv[2] === undefined ? join(root, 'examples/scribe') : resolve(from, process.argv[2])

buildWeb()

const children = [
  spawn(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--watch', '--logLevel', 'warn'], {
    cwd: join(root, 'apps/web'),
    stdio: 'inherit',
  }),
  spawn(
    process.execPath,
    ['--watch', '--watch-preserve-output', '--disable-warning=ExperimentalWarning', join(root, 'apps/server/src/main.ts'), system],
    { cwd: root, stdio: 'inherit' },
  ),
]

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const child of children) child.kill(signal)
  })
}
for (const child of children) {
  child.on('exit', () => {
    for (const other of children) other.kill('SIGTERM')
  })
}
