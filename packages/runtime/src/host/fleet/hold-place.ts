import type { SystemFolder } from '../../code/system-folder.ts'
import type { HoldState } from './hold-watch.ts'
import type { SchedulerLink } from './scheduler-link.ts'

/** At which line a process has its scheduler: asked of its checks, else looked at from outside; `null` in a native call that no interrupt reaches. */
export async function placeOfHold(scheduler: SchedulerLink, { kind, pid }: HoldState): Promise<string | null> {
  if (kind === 'free' || pid === null) return null
  return kind === 'holding' ? scheduler.askPlace(pid) : scheduler.locate().catch(() => null)
}

/** The module whose file a place is in; `null` where no place is known, and in packages. */
export function moduleOfPlace(folder: Pick<SystemFolder, 'moduleOf'>, place: string | null): string | null {
  const path = /^(.+\.ts):\d+/.exec(place ?? '')?.[1]
  return path === undefined ? null : (folder.moduleOf(path) ?? null)
}
