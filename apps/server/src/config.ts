import { resolve } from 'node:path'
import type { Environment } from './context.ts'
import { readOidc } from './auth/oidc-settings.ts'
import type { OidcSettings } from './auth/oidc.ts'
import { TOKEN_LENGTH_MIN } from './auth/token-file.ts'
import type { SafeSetting } from './life/decide-start.ts'
import { type DatabaseAddress, readDatabaseUrl } from './store/database-address.ts'

const DEFAULT_PORT = 4700
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
const DEFAULT_HOST = '127.0.0.1'

export interface ServerConfig {
  /** The system's folder. */
  readonly folder: string
  /** 0: any free one. */
  readonly port: number
  readonly host: string
  /** `STRATA_PUBLIC_URL`: the origin that people use, when it is not this machine's own. */
  readonly publicOrigin: string | null
  readonly dataFolder: string
  readonly token: string | null
  readonly environment: Environment | null
  /** How many proxies in front are believed about the client's address. */
  readonly trustedProxies: number
  readonly safeMode: SafeSetting
  /** `STRATA_SCHEDULERS`; `null`: what the system says, or one for each core. */
  readonly schedulers: number | null
  /** `STRATA_LOG`; `null`: as it suits where the lines go. */
  readonly logLevel: string | null
  readonly oidc: OidcSettings | null
  /** `STRATA_DATABASE_URL`: the PostgreSQL that has the store; `null`: a file below the data folder. */
  readonly database: DatabaseAddress | null
}

export type ConfigOutcome =
  | { readonly status: 'ready'; readonly config: ServerConfig }
  | { readonly status: 'wrong'; readonly sentence: string }

interface Surroundings {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative folders on the command line are meant from here. */
  readonly cwd: string
  /** The repository. */
  readonly root: string
}

/** Reads the command line and environment: a configuration, or one sentence that says what is wrong and the way out. */
export function readConfig({ argv, env, cwd, root }: Surroundings): ConfigOutcome {
  const wrong = (sentence: string): ConfigOutcome => ({ status: 'wrong', sentence })
  if (argv.length > 1) return wrong(`One folder can be started at a time, ${argv.length} were given: npm start -- ${argv[0]}`)

  const portText = env['PORT'] ?? ''
  const port = portText === '' ? DEFAULT_PORT : /^\d{1,5}$/.test(portText) ? Number(portText) : -1
  if (port < 0 || port > 65_535)
    return wrong(`PORT is ${shown(portText)}, which is no port: choose 0 to 65535, such as PORT=4701 npm start`)

  const publicText = env['STRATA_PUBLIC_URL'] ?? ''
  const publicUrl = publicText === '' ? null : URL.parse(publicText)
  if (
    publicText !== '' &&
    (publicUrl === null ||
      !/^https?:$/.test(publicUrl.protocol) ||
      publicUrl.pathname !== '/' ||
      publicUrl.search !== '' ||
      publicUrl.hash !== '')
  ) {
    return wrong(`STRATA_PUBLIC_URL is ${shown(publicText)}: give the address alone, such as https://strata.example.com`)
  }
  const insecure = env['STRATA_INSECURE'] === '1'
  if (publicUrl?.protocol === 'http:' && !isLoopback(publicUrl.hostname) && !insecure) {
    return wrong(
      `STRATA_PUBLIC_URL is not https, so that a sign-in could be read on its way: use https, or set STRATA_INSECURE=1 if the network is yours alone`,
    )
  }
  const host = env['HOST'] === undefined || env['HOST'] === '' ? DEFAULT_HOST : env['HOST']
  if (!isLoopback(host) && publicUrl?.protocol !== 'https:' && !insecure) {
    return wrong(
      `HOST=${shown(host)} lets other machines in, and whoever can load code here owns this account: set STRATA_PUBLIC_URL=https://… for a proxy with TLS, or STRATA_INSECURE=1 if the network is yours alone`,
    )
  }

  const token = env['STRATA_TOKEN'] ?? ''
  if (token !== '' && token.length < TOKEN_LENGTH_MIN) {
    return wrong(`STRATA_TOKEN has ${token.length} characters, at least ${TOKEN_LENGTH_MIN} are needed: openssl rand -hex 32 makes one`)
  }

  const proxiesText = env['STRATA_TRUST_PROXY'] ?? ''
  if (!/^\d?$/.test(proxiesText))
    return wrong(`STRATA_TRUST_PROXY is ${shown(proxiesText)}: give the number of proxies in front, such as 1`)

  const oidc = readOidc(env)
  if (typeof oidc === 'string') return wrong(oidc)

  const safeText = env['STRATA_SAFE_MODE'] ?? ''
  if (!/^[01]?$/.test(safeText))
    return wrong(
      `STRATA_SAFE_MODE is ${shown(safeText)}: 1 starts without any process of the system, 0 never does, leave it away to decide by crashes`,
    )

  const schedulersText = env['STRATA_SCHEDULERS'] ?? ''
  const schedulers = schedulersText === '' ? null : Number(schedulersText)
  if (schedulers !== null && !(/^\d{1,3}$/.test(schedulersText) && schedulers >= 1 && schedulers <= 256))
    return wrong(
      `STRATA_SCHEDULERS is ${shown(schedulersText)}: give a number from 1 to 256, or leave it away for one scheduler on each core`,
    )

  const logText = env['STRATA_LOG'] ?? ''
  if (logText !== '' && !LOG_LEVELS.includes(logText)) return wrong(`STRATA_LOG is ${shown(logText)}: give one of ${LOG_LEVELS.join(', ')}`)

  const databaseText = env['STRATA_DATABASE_URL'] ?? ''
  const database = databaseText === '' ? null : readDatabaseUrl(databaseText)
  if (database?.status === 'wrong') return wrong(database.sentence)

  const colour = env['STRATA_ENVIRONMENT_COLOUR'] ?? ''
  if (colour !== '' && !/^(?:#[0-9a-f]{3,8}|[a-z]{3,30})$/i.test(colour)) {
    return wrong(`STRATA_ENVIRONMENT_COLOUR is ${shown(colour)}: give a colour's name or #rrggbb`)
  }
  const name = (env['STRATA_ENVIRONMENT'] ?? '').trim()
  if (name.length > 60) return wrong(`STRATA_ENVIRONMENT has ${name.length} characters, 60 are the limit`)

  return {
    status: 'ready',
    config: {
      folder: argv[0] === undefined ? resolve(root, 'examples/scribe') : resolve(cwd, argv[0]),
      port,
      host: host.replace(/^\[(.*)\]$/, '$1'),
      publicOrigin: publicUrl?.origin ?? null,
      dataFolder: env['STRATA_DATA'] === undefined || env['STRATA_DATA'] === '' ? resolve(root, 'data') : resolve(cwd, env['STRATA_DATA']),
      token: token === '' ? null : token,
      environment: name === '' ? null : { name, colour: colour === '' ? (name.startsWith('production') ? 'red' : null) : colour },
      oidc,
      trustedProxies: Number(proxiesText),
      safeMode: safeText === '' ? 'auto' : safeText === '1' ? 'always' : 'never',
      schedulers,
      database: database?.address ?? null,
      logLevel: logText === '' ? null : logText,
    },
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}
