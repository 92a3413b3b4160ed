/** A module's text for the type checker. */
export interface TypedModule {
  readonly module: string
  /** `null`: it is of the set that is to be loaded. */
  readonly generation: number | null
  /** File below the system's folder, from which its relative imports are resolved. */
  readonly origin: string
  /** Of the text. */
  readonly hash: string
}

export interface TypeRequest {
  /** The system's folder, absolute and without links. */
  readonly root: string
  /** What is to be loaded. */
  readonly set: readonly TypedModule[]
  /** All current generations, those that the set would follow included. */
  readonly current: readonly TypedModule[]
  /** Generations that stay in use beside the set and import it: current ones of other modules, and older ones that processes hold. */
  readonly importers: readonly TypedModule[]
}

export interface TypeFinding {
  readonly module: string
  readonly generation: number | null
  readonly line: number
  readonly column: number
  readonly message: string
  /** TypeScript's number for it, such as 2322. */
  readonly typescript: number
}

export interface TypeFindings {
  readonly findings: readonly TypeFinding[]
  /** Those beyond what one answer carries. */
  readonly unseen: number
}

/** The texts that a request speaks of. A checker keeps those of its last request. */
export function hashesOf({ set, current, importers }: TypeRequest): ReadonlySet<string> {
  return new Set([...set, ...current, ...importers].map(({ hash }) => hash))
}

/** What the checker's process is asked: `texts` are those it does not keep. */
export interface TypeQuestion {
  readonly request: TypeRequest
  readonly texts: ReadonlyMap<string, string>
}

export type TypeAnswer = { readonly type: 'checked'; readonly found: TypeFindings } | { readonly type: 'failed'; readonly why: string }
