import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { createEngine, EngineError, systemClock } from '@strata/runtime'
import { pino } from 'pino'
import { createApp } from './app.ts'
import { openTokenFile } from './auth/token-file.ts'
import { readConfig, type ServerConfig } from './config.ts'
import { publicUrl } from './door/addresses.ts'
import { beginLife } from './life/begin-life.ts'
import type { SafeSetting } from './life/decide-start.ts'
import { listen } from './listen.ts'
import { failureText } from './store/database-failure.ts'
import { harmless } from './monitor/harmless.ts'
import { createLog, defaultLogLevel } from './monitor/log.ts'
import { folderSentence } from './store/file-sentences.ts'
import { keepRetention } from './store/retention.ts'
import { openStore } from './store/store.ts'
import { StoreFailure } from './store/store-failure.ts'
import { storePlace } from './store/store-place.ts'

/** How long a stop waits for acts that are under way. */
const DRAIN_MS = 10_000

const ROOT = resolve(import.meta.dirname, '../../..')

function fail(sentence: string): never {
  process.stderr.write(harmless(`strata: ${sentence}\n`))
  process.exit(1)
}

const { argv, env } = process
const outcome = readConfig({ argv: argv.slice(2), env, cwd: process.cwd(), root: ROOT })
if (outcome.status === 'wrong') fail(outcome.sentence)
const { config } = outcome
// Gone before any code of a system can start; the engine keeps the rest of `STRATA_*` from it too.
delete env['STRATA_TOKEN']
delete env['STRATA_OIDC_CLIENT_SECRET']
delete env['STRATA_DATABASE_URL']

await start(config)

async function start(config: ServerConfig): Promise<void> {
  const { folder } = config
  if (!existsSync(folder)) fail(`There is no folder ${folder}: give one that holds modules, such as npm start -- examples/scribe`)
  if (!statSync(folder).isDirectory()) fail(`${folder} is a file: give the folder that it is in`)
  const fileToken = await openTokenFile(config.dataFolder).catch((error: unknown) => fail(folderSentence(config.dataFolder, error)))
  const listening = await listen(config.host, config.port).catch((error: NodeJS.ErrnoException) => fail(listenSentence(error, config)))
  const stderr = pino.destination(2)
  const log = createLog({
    level: config.logLevel ?? defaultLogLevel(process.stderr.isTTY),
    secrets: [fileToken, config.token ?? '', config.database?.password ?? '', config.oidc?.clientSecret ?? ''],
    write: (line) => stderr.write(line),
  })
  const failed = async (error: unknown): Promise<never> => {
    await listening.close()
    return fail(storeSentence(error))
  }
  const store = await openStore(storePlace(config.database, config.dataFolder, folder), systemClock).catch(failed)
  const { start, life, lifeRecord } = await beginLife(store, systemClock, folder, config.safeMode).catch(failed)
  const safeMode = start.status === 'again' && start.safe !== null ? safeSentence(config.safeMode, start.safe.crashes) : null
  const engine = await createEngine({
    folder,
    isolation: 'process',
    journal: store.journal,
    safeMode,
    ...(config.schedulers === null ? {} : { schedulers: config.schedulers }),
  }).catch(async (error: unknown) => {
    await Promise.all([listening.close(), store.close()])
    return fail(startSentence(error, folder))
  })
  const addresses = { port: listening.port, publicOrigin: config.publicOrigin }
  const app = await createApp({
    engine,
    system: engine.config,
    addresses,
    webFolder: resolve(ROOT, 'apps/web/dist'),
    tokens: config.token === null ? [fileToken] : [fileToken, config.token],
    environment: config.environment,
    version: readVersion(),
    trustedProxies: config.trustedProxies,
    oidc: config.oidc,
    log,
    store,
    start,
    life,
    lifeRecord,
  }).catch(async (error: unknown) => {
    await Promise.all([listening.close(), engine.stop()])
    return fail(storeSentence(error))
  })
  const stopRetention = keepRetention(store, systemClock)
  listening.serve(app.handler)
  lifeRecord.ready()
  stopOnSignal(async () => {
    stopRetention()
    await app.drain(DRAIN_MS)
    app.close()
    lifeRecord.ended()
    await Promise.all([listening.close(), engine.stop()])
    await store.close()
    if (store.writes.failure !== null) process.stderr.write(`strata: what was done last could not be kept: ${store.writes.failure}\n`)
  })
  if (safeMode !== null)
    process.stdout.write(
      `Safe mode (${safeMode}): no process of the system runs. Roll back what was loaded last, then ./strata safe-mode leave starts them.\n`,
    )
  for (const event of (await engine.eventsAfter(0)).events)
    if (event.type === 'error') process.stderr.write(harmless(`strata: ${event.message}\n`))
  process.stdout.write(
    harmless(
      `Strata runs ${engine.config.name ?? folder} at ${publicUrl(addresses)}\nSign in with this link, which works once and for 10 minutes (./strata sign-in prints another):\n\n  ${app.signInLink()}\n\nCtrl-C ends it.\n`,
    ),
  )
}

function storeSentence(error: unknown): string {
  if (error instanceof StoreFailure) return error.message
  const why = error instanceof EngineError && error.fault.code === 'not_durable' ? error.fault.why : failureText(error)
  return `The store cannot be used: ${why}`
}

function safeSentence(setting: SafeSetting, crashes: number): string {
  return setting === 'always' ? 'STRATA_SAFE_MODE asks for it' : `the server ended ${crashes} times at its start within five minutes`
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group, npm passes it on once more: one stop is enough.
      if (stopping) return
      stopping = true
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`strata: stopping failed: ${String(error)}\n`)
          process.exit(1)
        },
      )
    })
  }
}

function listenSentence(error: NodeJS.ErrnoException, { host, port }: ServerConfig): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} is taken: PORT=${port < 65_535 ? port + 1 : 4700} npm start uses another one, PORT=0 any free one`
    case 'EACCES':
      return `Port ${port} is not for this account: PORT=4700 npm start uses another one`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST=${host} is no address of this machine: leave HOST away for 127.0.0.1`
    default:
      return `${host}:${port} cannot be listened on: ${error.message}`
  }
}

function startSentence(error: unknown, folder: string): string {
  if (!(error instanceof EngineError))
    return `The system in ${folder} did not start: ${error instanceof Error ? error.message : String(error)}`
  const { fault } = error
  if (fault.code === 'store_away')
    return `The store cannot be reached any more (${fault.why}): nothing was started. Start again once it is there`
  const diagnostics =
    'diagnostics' in fault ? fault.diagnostics.map(({ file, line, message }) => `\n  ${file}:${line} ${message}`).join('') : ''
  const facts = 'diagnostics' in fault ? '' : ` ${JSON.stringify(fault)}`
  return `The system in ${folder} did not start: ${fault.code}${facts}${diagnostics}`
}

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as { version: string }
  return version
}
