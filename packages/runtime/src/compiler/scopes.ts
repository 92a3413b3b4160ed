import type { Node } from './syntax.ts'

export type BindingKind = 'import' | 'param' | 'var' | 'let' | 'const' | 'class' | 'function' | 'self' | 'catch'

export interface Binding {
  readonly name: string
  readonly kind: BindingKind
  readonly owner: FunctionFacts
  /** The import specifier, function, class or declarator. */
  readonly node: Node
  /** Written after its declaration. */
  assigned: boolean
}

/** What one function body (or module body, static block, field initializer) uses of its surroundings. */
export interface FunctionFacts {
  readonly kind: 'module' | 'function' | 'arrow' | 'field' | 'static'
  readonly node: Node
  readonly parent: FunctionFacts | undefined
  /** Becomes a generator that the scheduler drives. */
  readonly lowered: boolean
  usesThis: boolean
  usesArguments: boolean
  hasLoops: boolean
  /** Declares variables with `var`. */
  hasVars: boolean
  /** A function inside reads or writes one of its parameters. */
  paramsCaptured: boolean
  /** This lowered arrow or method captures them for the generator inside it. */
  capturesArguments: boolean
  capturesNewTarget: boolean
  capturesSuper: boolean
}

export interface Scopes {
  /** Identifiers that read or write a variable; `null`: a global. */
  readonly references: ReadonlyMap<Node, Binding | null>
  readonly functions: ReadonlyMap<Node, FunctionFacts>
  readonly module: FunctionFacts
  /** Names that anonymous functions and classes get from where they stand. */
  readonly names: ReadonlyMap<Node, string>
  /** `arguments`, `new.target` and `super` that a generator cut off from their function, with the function that captures them. */
  readonly captured: ReadonlyMap<Node, FunctionFacts>
  readonly topLevel: ReadonlyMap<string, Binding>
  /** Function declarations whose name is given to something else. */
  readonly reassignedFunctions: ReadonlySet<Node>
  readonly assignedImports: readonly Node[]
  readonly moduleArguments: readonly Node[]
  /** Names declared twice at the top of a module, where a function's name is lexical. */
  readonly redeclared: readonly Node[]
}
