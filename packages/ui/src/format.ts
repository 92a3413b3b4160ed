const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** `0 B`, `812 B`, `3.4 kB`, `27 MB`: decimal units, two significant figures below ten. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 9.95 ? 0 : 1
  return `${value.toFixed(digits)} ${UNITS[unit]}`
}

/** `1,234,567`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

/** `812`, `1.2 k`, `34 M`: for axes and small places; the exact figure belongs beside it. */
export function formatShort(value: number): string {
  const size = Math.abs(value)
  if (size < 10 && !Number.isInteger(value)) return value.toFixed(1)
  if (size < 999.5) return String(Math.round(value))
  if (size < 999_500) return `${trimZero(value / 1000)} k`
  if (size < 999_500_000) return `${trimZero(value / 1e6)} M`
  return `${trimZero(value / 1e9)} G`
}

/** `650`, `1.95 k`, `16 k`: a tick of an axis, which stays in one piece and is where it says it is. */
export function formatTick(value: number): string {
  const size = Math.abs(value)
  const [unit, sign] = size < 1000 ? [1, ''] : size < 1e6 ? [1000, '\u00a0k'] : size < 1e9 ? [1e6, '\u00a0M'] : [1e9, '\u00a0G']
  return `${Number((value / unit).toFixed(2))}${sign}`
}

function trimZero(value: number): string {
  return Math.abs(value) < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0)
}

/** `38 documents`, `1 document`, `1,200 processes`. */
export function formatPlural(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** `340 ms`, `12 s`, `4 m 05 s`, `2 h 14 m`, `3 d 4 h`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs)
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.floor(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} m` : `${minutes} m ${pad(seconds % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} m`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`
}

/** `00:42`, `1:02:05`: a clock that runs. */
export function formatClock(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1000))
  const hours = Math.floor(seconds / 3600)
  const rest = `${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  return hours === 0 ? rest : `${hours}:${rest}`
}

/** `just now`, `12 s ago`, `4 m ago`, `2 h 14 m ago`, `in 3 m`. Seconds are left out from one minute on. */
export function formatRelative(atMs: number, nowMs: number): string {
  const distance = nowMs - atMs
  if (Math.abs(distance) < 2000) return 'just now'
  const size = Math.abs(distance)
  const rounded = size >= 60_000 ? Math.floor(size / 60_000) * 60_000 : size
  const text = formatDuration(rounded)
  return distance >= 0 ? `${text} ago` : `in ${text}`
}

/** `2026-11-22 14:05:09 UTC`. */
export function formatUtc(atMs: number): string {
  return Number.isNaN(atMs) ? 'unknown' : `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `22 Nov 2026, 15:05:09 local`. */
export function formatLocal(atMs: number): string {
  if (Number.isNaN(atMs)) return 'unknown'
  const text = new Date(atMs).toLocaleString('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return `${text} local`
}

/** `14:05:09` in UTC. */
export function formatTimeOfDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(11, 19)
}

// C0 and C1 controls except tab and line feed, zero-width, bidirectional and other invisible characters, lone surrogates.
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Text from outside with its control, bidirectional and invisible characters written as `\u202e`. */
export function showInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** At most `limit` characters, the rest replaced by an ellipsis. */
export function truncate(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1))}…`
}

/** A word quoted for a POSIX shell when it needs to be. */
export function quoteShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
