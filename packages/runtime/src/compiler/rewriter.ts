import type { Edits } from './edits.ts'
import { Helpers } from './helpers.ts'
import type { Names } from './names.ts'
import type { FunctionFacts, Scopes } from './scopes.ts'
import { eachChild } from './syntax.ts'
import type { Node } from './syntax.ts'

/** How a tail call of a function by itself becomes a loop: its parameters are assigned anew. */
export interface SelfLoop {
  readonly node: Node
  readonly label: string
  readonly params: readonly string[]
  used: boolean
}

/** A lowered function while its body is rewritten. */
export interface LoweredFunction {
  readonly index: number
  readonly name: string
  readonly at: number
  /** Offsets of awaits and checks; the position in this list is the site's number. */
  readonly sites: number[]
  /** Variables of its own for values that are kept while others are evaluated. */
  readonly temporaries: Set<string>
  /** An async generator: it yields too, and what it returns is awaited. */
  readonly generator: boolean
  readonly selfLoop: SelfLoop | undefined
}

/** The declaration of a function's temporaries, as a statement. */
export function declareTemporaries(lowered: LoweredFunction | undefined): string {
  return lowered === undefined || lowered.temporaries.size === 0 ? '' : ` let ${[...lowered.temporaries].join(', ')};`
}

/** Why a pass does not accept a place of the stripped text. */
export interface Finding {
  readonly at: number
  readonly message: string
  readonly hint: string | undefined
}

/** The function whose statements are being rewritten. */
export interface Frame {
  readonly facts: FunctionFacts
  readonly lowered: LoweredFunction | undefined
  /** How many statements around the present one leave something to do: `try`, `for…of`, `using`. */
  protection: number
}

/** How an imported variable is reached; `undefined` for every other identifier. */
export interface ImportUse {
  /** As a value. */
  readonly value: string
  /** As the callee of a call. */
  readonly called: string
  /** A namespace of a late-bound module: its members are uses of their own. */
  readonly member?: (name: string) => ImportUse
}

/** A literal that is sent: what makes it, over how many leaves, which stand so deep in it at most. */
export interface MessageLiteral {
  readonly name: string
  readonly template: string
  readonly leaves: number
  readonly levels: number
}

export type Handler = (node: Node, rewriter: Rewriter) => void

/** One walk over a program that edits its text. What each kind of node needs stands in the passes' handler tables. */
export class Rewriter {
  readonly edits: Edits
  readonly scopes: Scopes
  readonly names: Names
  readonly helpers: Helpers
  readonly lowered: LoweredFunction[] = []
  readonly findings: Finding[] = []
  frame: Frame
  /** Classes around the present node, innermost last, with the name their methods can call them by. */
  readonly classes: { readonly name: string; readonly shown: string }[] = []
  /** Private static fields that hold a class's async methods, by which a method knows itself. */
  readonly methodFields = new Map<Node, string>()
  /** Declared functions that are made known as what they are at the beginning of their block. */
  readonly toldKinds = new Set<Node>()
  /** The call whose arguments are being visited. */
  call: Node | undefined = undefined
  /** Functions that make the messages of this module. */
  readonly messages: MessageLiteral[] = []
  readonly #apiName: (node: Node) => string | undefined
  readonly #handlers: Readonly<Record<string, Handler>>
  readonly #importUse: (node: Node) => ImportUse | undefined

  constructor(options: {
    edits: Edits
    scopes: Scopes
    names: Names
    helpers?: Helpers
    handlers: Readonly<Record<string, Handler>>
    importUse: (node: Node) => ImportUse | undefined
    apiName?: (node: Node) => string | undefined
  }) {
    this.#apiName = options.apiName ?? (() => undefined)
    this.edits = options.edits
    this.scopes = options.scopes
    this.names = options.names
    this.helpers = options.helpers ?? new Helpers(options.names)
    this.#handlers = options.handlers
    this.#importUse = options.importUse
    this.frame = { facts: options.scopes.module, lowered: undefined, protection: 0 }
  }

  /** Visits the arguments of a call. */
  visitArguments(call: Node): void {
    for (const argument of call.arguments as Node[]) {
      this.call = call
      this.visit(argument)
    }
    this.call = undefined
  }

  /** The export of the process API that a name stands for. */
  apiName(node: Node): string | undefined {
    return node.type === 'Identifier' ? this.#apiName(node) : undefined
  }

  addMessage(literal: Omit<MessageLiteral, 'name'>): string {
    const name = this.names.fresh('message')
    this.messages.push({ name, ...literal })
    return name
  }

  visit(node: Node): void {
    const handler = this.#handlers[node.type]
    if (handler) handler(node, this)
    else this.visitChildren(node)
  }

  visitChildren(node: Node): void {
    eachChild(node, (child) => this.visit(child))
  }

  visitAll(nodes: readonly (Node | null)[]): void {
    for (const node of nodes) if (node) this.visit(node)
  }

  /** Visits with one more reason why nothing in there is a tail call. */
  visitProtected(visit: () => void): void {
    this.frame.protection++
    visit()
    this.frame.protection--
  }

  visitIn(frame: Frame, visit: () => void): void {
    const outer = this.frame
    this.frame = frame
    visit()
    this.frame = outer
  }

  importUse(node: Node): ImportUse | undefined {
    return node.type === 'Identifier' ? this.#importUse(node) : undefined
  }

  /** The source is not accepted, because of this node. */
  refuse(node: Node, message: string, hint?: string): void {
    this.findings.push({ at: node.start, message, hint })
  }

  addSite(at: number): number {
    const sites = this.frame.lowered?.sites
    if (sites === undefined) return 0
    return sites.push(at) - 1
  }
}
