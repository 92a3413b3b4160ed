import type { Generated } from 'kysely'

// What is kept. Times are epoch milliseconds; what only the program reads stands as JSON, so that new fields need no new column.

export interface Tables {
  /** Every change of what is loaded, in order. */
  journal: { seq: Generated<number>; entry: string }
  /** `code` is null once a generation is purged. */
  generations: {
    module: string
    number: number
    hash: string
    source_hash: string
    loaded_at: number
    loaded_by: string
    note: string
    facts: string
    code: Uint8Array | null
    /** Hashes of the packages that its code needs, as JSON. */
    packages: string
  }
  /** Texts and packages by hash, each once. */
  contents: { hash: string; kind: 'source' | 'package' | 'release'; body: Uint8Array }
  plans: { id: string; owner: string; expires_at: number; plan: string }
  acts: { id: string; started_at: number; status: string; act: string }
  /** `key` is the hash of the id that the browser has; `actor` a person's name; `facts` where and how it began, as JSON. */
  sessions: { key: string; actor: string; expires_at: number; facts: Generated<string> }
  /** Accounts, as JSON: of a password, an invitation and a token only hashes are kept. */
  people: { name: string; person: string }
  api_tokens: { id: string; token: string }
  /** Acts that were done without the second person, as JSON. */
  glass_breaks: { act: string; glass_break: string }
  /** Append-only: `hash` covers the entry before, and so all before. */
  audit: { seq: number; at: number; type: string; actor: string | null; body: string; hash: string }
  audit_modules: { module: string; seq: number }
  /** Reports of crashes, as JSON, by pid and time; `at` is when the process ended. */
  crashes: { id: string; at: number; report: string }
  settings: { name: string; value: string }
  metrics: { step_seconds: number; at: number; sample: string }
  /** Lives of the server, by `number` in their order, whatever the clock said. `ended` is null after a crash. */
  lives: { life: string; number: number; began_at: number; ready_at: number | null; seen_at: number; ended_at: number | null; safe: number }
}
