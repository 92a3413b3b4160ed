/** The selection after a refresh: it follows pids, and what has ended drops out. */
export function keepLiving(selected: ReadonlySet<string>, ended: ReadonlySet<string>): ReadonlySet<string> {
  const kept = new Set([...selected].filter((pid) => !ended.has(pid)))
  return kept.size === selected.size ? selected : kept
}

/** The selection with one pid put in or taken out. */
export function toggleOne(selected: ReadonlySet<string>, pid: string): ReadonlySet<string> {
  const next = new Set(selected)
  if (!next.delete(pid)) next.add(pid)
  return next
}

/** The selection with a whole page put in, or taken out when all of it was in. */
export function togglePage(selected: ReadonlySet<string>, page: readonly string[]): ReadonlySet<string> {
  const next = new Set(selected)
  const all = page.every((pid) => selected.has(pid))
  for (const pid of page) {
    if (all) next.delete(pid)
    else next.add(pid)
  }
  return next
}
