/** User code, and whatever runs beside it, sees the environment without the console's own settings and secrets (DESIGN, trust). */
export function userEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && !entry[0].startsWith('STRATA_')),
  )
}
