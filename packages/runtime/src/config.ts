/** A system's `strata.config.ts`: `export default defineSystem({…})`. */
export interface SystemConfig {
  /** Shown in the console. The folder's name when absent. */
  readonly name?: string
  /** Processes spawned once everything is loaded, and again after a restart. */
  readonly start?: readonly {
    readonly module: string
    readonly export: string
    readonly args?: readonly unknown[]
    readonly name?: string
  }[]
  /**
   * npm packages imported once per scheduler, uninstrumented: database pools, native addons, WebAssembly. They are the same objects in all generations and are not
   * kept per release: another release counts from the scheduler's next start. Every other package is one instance for each release with the releases below it.
   */
  readonly shared?: readonly string[]
  /**
   * Folder of further generations: `generations/session/2-marked-6.ts` can be loaded as module `session` and is no module of its own.
   * Default `generations`.
   */
  readonly generations?: string
  /** Scheduler threads. Default: one for each core. */
  readonly schedulers?: number
  /** Loads (policy `keep`) that the system does by itself after its start, one after the other, each when so many processes pin its module's current generation. */
  readonly deploys?: readonly { readonly file: string; readonly whenPins: number; readonly note: string }[]
  /**
   * What type errors in a module that is to be loaded are: `refuse` refuses the load, `warn` (the default) tells them, `off` does not look for them.
   */
  readonly typeErrors?: 'refuse' | 'warn' | 'off'
  /** Parts of names under which nothing is shown of messages and states, beside those that name secrets: `['iban']`. */
  readonly redact?: readonly string[]
  /** What counts as pinned for long, per module. Default 24 h. */
  readonly pinnedLongMs?: Readonly<Record<string, number>>
  /** A strip of first steps on the console's Overview, with the module it speaks of. */
  readonly tour?: { readonly module: string; readonly noun: string }
}

export function defineSystem(config: SystemConfig): SystemConfig {
  return config
}
