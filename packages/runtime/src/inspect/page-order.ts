/** Where a process stands in the order of a page: its sort key, then its pid. Plain data, for schedulers' pages are merged elsewhere. */
export interface PagePlace {
  readonly key: string | number
  /** Orders pids: scheduler, then serial. */
  readonly pid: number
}

/** The same of many processes, in columns: they are sorted as numbers, and cross to another thread as two blocks of memory. */
export interface PageKeys {
  /** Numbers, or places in `texts`. */
  readonly keys: Float64Array
  readonly pids: Float64Array
  /** Where the keys are texts: each once, in their order. */
  readonly texts: readonly string[] | null
}

/** Serials stay below this. */
const SERIALS = 2 ** 40

export function pidOrder(scheduler: number, serial: number): number {
  return scheduler * SERIALS + serial
}

/** The parts of a place in the order of pids. */
export function splitOrder(pid: number): { readonly scheduler: number; readonly serial: number } {
  return { scheduler: Math.floor(pid / SERIALS), serial: pid % SERIALS }
}

export function isBeforeInPage(descending: boolean): (a: PagePlace, b: PagePlace) => boolean {
  const direction = descending ? -1 : 1
  return (a, b) => {
    if (a.key !== b.key) return (a.key < b.key ? -1 : 1) * direction < 0
    return (a.pid - b.pid) * direction < 0
  }
}

/** The first so many in the order of a page, in no order. */
export function firstOf(columns: PageKeys, descending: boolean, wanted: number): Uint32Array {
  const places = placesOf(columns)
  if (wanted < places.length) partition(places, comparison(columns, descending), 0, places.length - 1, wanted)
  return places.subarray(0, wanted)
}

/** Which of them stand from `from` up to `to` in the order of a page, in that order. Only these are sorted. */
export function selectPage(columns: PageKeys, descending: boolean, from: number, to: number): Uint32Array {
  const places = placesOf(columns)
  const end = Math.min(to, places.length)
  if (from >= end) return new Uint32Array(0)
  const compare = comparison(columns, descending)
  if (end < places.length) partition(places, compare, 0, places.length - 1, end)
  if (from > 0) partition(places, compare, 0, end - 1, from)
  return places.subarray(from, end).sort(compare)
}

function placesOf({ keys }: PageKeys): Uint32Array {
  const places = new Uint32Array(keys.length)
  for (let index = 0; index < places.length; index++) places[index] = index
  return places
}

function comparison({ keys, pids }: PageKeys, descending: boolean): (a: number, b: number) => number {
  const sign = descending ? -1 : 1
  return (a, b) => {
    const x = keys[a] as number
    const y = keys[b] as number
    return (x < y ? -1 : x > y ? 1 : (pids[a] as number) - (pids[b] as number)) * sign
  }
}

/** Brings the first `wanted` of the places between `low` and `high` before the others: Hoare's selection. Its pivots come from a fixed sequence, which no order of processes has. */
function partition(places: Uint32Array, compare: (a: number, b: number) => number, low: number, high: number, wanted: number): void {
  let first = low
  let last = high
  let drawn = 1
  while (first < last) {
    drawn = (Math.imul(drawn, 1_664_525) + 1_013_904_223) >>> 0
    const pivot = places[first + (drawn % (last - first + 1))] as number
    let i = first
    let j = last
    while (i <= j) {
      while (compare(places[i] as number, pivot) < 0) i++
      while (compare(places[j] as number, pivot) > 0) j--
      if (i > j) break
      const swapped = places[i] as number
      places[i++] = places[j] as number
      places[j--] = swapped
    }
    if (wanted <= j) last = j
    else if (wanted >= i) first = i
    else return
  }
}

/** What several schedulers answered, as one. */
export function joinKeys(parts: readonly PageKeys[]): PageKeys {
  const count = parts.reduce((sum, { keys }) => sum + keys.length, 0)
  const [keys, pids] = [new Float64Array(count), new Float64Array(count)]
  const texts = parts.some((part) => part.texts !== null) ? [...new Set(parts.flatMap((part) => part.texts ?? []))].sort() : null
  const placeOf = new Map(texts?.map((text, place) => [text, place]))
  let at = 0
  for (const part of parts) {
    pids.set(part.pids, at)
    if (part.texts === null) keys.set(part.keys, at)
    else {
      const places = part.texts.map((text) => placeOf.get(text) as number)
      for (let i = 0; i < part.keys.length; i++) keys[at + i] = places[part.keys[i] as number] as number
    }
    at += part.keys.length
  }
  return { keys, pids, texts }
}
