// Runs before every npm script, on whatever Node is installed, with nothing but Node's own modules: makes node_modules what the lock file says.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const NODE_MAJOR = 24
const PROGRESS_EVERY_MS = 5_000

/**
 * True when every package that the lock file names is there in that version; an optional one may have been left out for this system.
 * npm writes its own record last, so an installation that was cut has none.
 */
function isInstalled() {
  const record = readJson('node_modules/.package-lock.json')
  const lock = readJson('package-lock.json')
  if (record === undefined || lock === undefined) return false
  for (const [place, entry] of Object.entries(lock.packages)) {
    if (!place.includes('node_modules/')) continue
    const installed = record.packages[place]
    if (entry.link) {
      if (!existsSync(join(root, place))) return false
    } else if (installed === undefined) {
      if (!entry.optional) return false
    } else if (installed.version !== entry.version || !existsSync(join(root, place, 'package.json'))) return false
  }
  return true
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8'))
  } catch {
    return undefined
  }
}

function end(sentence) {
  process.stderr.write(`\nstrata: ${sentence}\n`)
  process.exit(1)
}

function isWritable(path) {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Runs `npm ci`, on the Node that npm itself runs on: the one in node_modules is about to be replaced. */
function npmCi() {
  const npm = process.env.npm_execpath
  const node = process.env.npm_node_execpath ?? process.execPath
  const args = [
    'ci',
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=4000',
  ]
  const child = npm?.endsWith('.js')
    ? spawn(node, [npm, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn('npm', args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal))
  let output = ''
  child.stdout.on('data', (chunk) => (output += chunk))
  child.stderr.on('data', (chunk) => (output += chunk))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ status: 1, output: String(error) }))
    child.on('close', (status, signal) => resolve({ status: status ?? (signal === 'SIGINT' ? 130 : 143), output }))
  })
}

async function install() {
  const startedAt = Date.now()
  const seconds = () => Math.round((Date.now() - startedAt) / 1_000)
  const isTerminal = process.stderr.isTTY === true
  const what = existsSync(join(root, 'node_modules'))
    ? 'Putting the installed packages right'
    : 'Installing packages (once; about half a minute with a filled npm cache)'
  process.stderr.write(`${what} …${isTerminal ? '' : '\n'}`)
  const progress = setInterval(
    () => process.stderr.write(isTerminal ? `\r${what} … ${seconds()} s` : `  still installing, ${seconds()} s\n`),
    isTerminal ? 1_000 : PROGRESS_EVERY_MS,
  )
  const { status, output } = await npmCi()
  clearInterval(progress)
  process.stderr.write(`${isTerminal ? '\r' : ''}${what}: ${status === 0 ? 'done' : 'failed'} after ${seconds()} s\n`)
  if (status === 130 || status === 143) process.exit(status)
  if (status !== 0) end(sentenceFor(output))
}

function sentenceFor(output) {
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED|UNABLE_TO_|CERT_/.test(output)) {
    const registry = spawnSync('npm', ['config', 'get', 'registry'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    }).stdout?.trim()
    return `the npm registry ${registry ?? ''} cannot be reached (${/E[A-Z_]{4,}|UNABLE_TO_[A-Z_]+|CERT_[A-Z_]+/.exec(output)?.[0] ?? 'no answer'}); check the network, \`npm config get proxy\` and \`npm config get registry\`, then run this again.`
  }
  if (/EROFS|EACCES|EPERM/.test(output)) return readOnly()
  if (/ENOSPC/.test(output)) return 'the disk is full: about 700 MB are needed; free some and run this again.'
  if (/E404|ETARGET|E401|E403/.test(output))
    return `the npm registry in use refuses or does not have a package of the lock file: ${firstError(output)}; set another with \`npm config set registry ADDRESS\`.`
  return `npm ci failed: ${firstError(output)}; delete node_modules and run this again, and when it stays so look at the npm log it names.`
}

function firstError(output) {
  const lines = output.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim())
  return lines.find((line) => line !== '' && !line.startsWith('code ')) ?? 'no message'
}

function readOnly() {
  return `the folder ${root} cannot be written, and packages are installed into it: copy it to a place of your own (\`cp -r ${root} ~/strata\`) or give yourself the right to write there.`
}

/** The Node that npm scripts will run: the package's where there is one for this system, otherwise the installed one. */
function checkNode() {
  const name = process.platform === 'win32' ? 'node.cmd' : 'node'
  const link = join(root, 'node_modules', '.bin', name)
  const packaged = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  // npm 10 takes this link away together with the packages for other systems, which carry one of the same name.
  if (!existsSync(link) && existsSync(packaged) && isWritable(dirname(link))) symlinkSync(relative(dirname(link), packaged), link)
  if (existsSync(link)) {
    const probe = spawnSync(link, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' })
    if (probe.status === 0) return
    if (isInstalledNodeEnough()) return rmSync(link, { force: true })
  } else if (isInstalledNodeEnough()) return
  end(
    `there is no packaged Node ${NODE_MAJOR} that runs on this system (${process.platform} ${process.arch}), and the installed one is ${installedNode() ?? 'not found'}: install Node ${NODE_MAJOR} or newer from https://nodejs.org and run this again.`,
  )
}

function installedNode() {
  const probe = spawnSync(process.env.npm_node_execpath ?? process.execPath, ['--version'], { encoding: 'utf8' })
  return probe.status === 0 ? probe.stdout.trim() : undefined
}

function isInstalledNodeEnough() {
  return Number(/^v(\d+)/.exec(installedNode() ?? '')?.[1] ?? 0) >= NODE_MAJOR
}

if (!isInstalled()) {
  if (!isWritable(root) || (existsSync(join(root, 'node_modules')) && !isWritable(join(root, 'node_modules')))) end(readOnly())
  await install()
}
checkNode()
