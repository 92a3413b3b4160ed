/** Deeper input is no call of ours. */
const DEPTH_MAX = 6

/** What a call's input names, before it is validated: modules, and pids of processes. */
export interface NamedTargets {
  readonly modules: readonly string[]
  readonly pids: readonly string[]
}

/** Looks through an input for `module`, `pid` and `pids`, wherever they stand but inside a message. */
export function namedTargets(input: unknown): NamedTargets {
  const modules = new Set<string>()
  const pids = new Set<string>()
  const see = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return
    if (Array.isArray(value)) {
      for (const part of value) see(part, depth + 1)
      return
    }
    for (const [key, part] of Object.entries(value)) {
      if (key === 'module' && typeof part === 'string') modules.add(part)
      else if (key === 'pid' && typeof part === 'string') pids.add(part)
      else if (key === 'pids' && Array.isArray(part)) for (const pid of part) if (typeof pid === 'string') pids.add(pid)
      if (key !== 'message') see(part, depth + 1)
    }
  }
  see(input, 0)
  return { modules: [...modules], pids: [...pids] }
}
