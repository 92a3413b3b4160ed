/** What the command line touches outside itself, so that a test can hand in its own. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Both ends are a terminal: questions can be asked. */
  readonly isTerminal: boolean
  readonly useColor: boolean
  out(text: string): void
  err(text: string): void
  /** Asks on the terminal and returns the line that was typed. */
  ask(question: string): Promise<string>
  now(): number
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}
