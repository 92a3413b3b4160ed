/** Where a process stands in the order of a page: its sort key, then its pid. Plain data, for schedulers' pages are merged elsewhere. */
export interface PagePlace {
  readonly key: string | number
  /** Orders pids: scheduler, then serial. */
  readonly pid: number
}

/** Serials stay below this. */
const SERIALS = 2 ** 40

export function pidOrder(scheduler: number, serial: number): number {
  return scheduler * SERIALS + serial
}

export function isBeforeInPage(descending: boolean): (a: PagePlace, b: PagePlace) => boolean {
  const direction = descending ? -1 : 1
  return (a, b) => {
    if (a.key !== b.key) return (a.key < b.key ? -1 : 1) * direction < 0
    return (a.pid - b.pid) * direction < 0
  }
}
