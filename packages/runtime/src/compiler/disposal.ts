import { isAnonymousFunction, visitLoopBody } from './checks.ts'
import { tellKinds } from './function-kinds.ts'
import type { Handler, Rewriter } from './rewriter.ts'
import type { Node } from './syntax.ts'

export function isUsing(node: Node): boolean {
  return node.type === 'VariableDeclaration' && (node.kind === 'using' || node.kind === 'await using')
}

export function hasUsing(statements: readonly Node[]): boolean {
  return statements.some(isUsing)
}

/**
 * Visits the statements of a block. With a `using` among them they stand in `try { … } catch … finally { dispose }`, which a kill
 * skips (KILL2).
 */
export function visitStatements(block: Node, statements: readonly Node[], rewriter: Rewriter): void {
  if (!hasUsing(statements)) {
    rewriter.edits.insert(block.start + 1, tellKinds(statements, rewriter))
    rewriter.visitAll(statements)
    return
  }
  const first = statements[0] as Node
  const { edits, names } = rewriter
  const resources = names.fresh('')
  edits.insert(first.start, opening(resources, rewriter) + tellKinds(statements, rewriter))
  rewriter.visitProtected(() => visitHolding(statements, resources, rewriter))
  edits.insert(block.end - 1, closing(resources, awaitsDisposal(statements), rewriter))
}

function visitHolding(statements: readonly Node[], resources: string, rewriter: Rewriter): void {
  for (const statement of statements) {
    if (isUsing(statement)) visitUsing(statement, resources, rewriter)
    else rewriter.visit(statement)
  }
}

function awaitsDisposal(statements: readonly Node[]): boolean {
  return statements.some((statement) => statement.kind === 'await using')
}

/** What a module's own `using` declarations hold, disposed of when its body ends; its declarations stay where exports can read them. */
export interface BodyResources {
  readonly variable: string
  readonly awaited: boolean
}

/** Visits the statements of a module. */
export function visitBody(program: Node, rewriter: Rewriter): BodyResources | undefined {
  const statements: readonly Node[] = program.body
  if (!hasUsing(statements)) {
    rewriter.visitAll(statements)
    return undefined
  }
  rewriter.helpers.use('disposables')
  const variable = rewriter.names.of('resources')
  visitHolding(statements, variable, rewriter)
  return { variable, awaited: awaitsDisposal(statements) }
}

/** Wraps a module's function so that its resources are disposed of at the end. */
export function disposingBody(resources: BodyResources, rewriter: Rewriter): { before: string; after: string } {
  const { names } = rewriter
  const [body, begun, error, outer] = [names.of('body'), names.of('begun'), names.of('e'), names.of('record')]
  const dispose = resources.awaited ? 'yield* ' : ''
  return {
    before: `(function* (${outer}) { 'use strict'; const ${body} = `,
    after: `(${outer}); const ${begun} = ${body}.next().value; yield ${begun}; try { yield* ${body}; } catch (${error}) { ${begun}.resources.fail(${error}); } finally { if (${outer}.s.ending !== 2) ${dispose}${begun}.resources.${resources.awaited ? 'disposeAsync' : 'dispose'}(); } })`,
  }
}

function opening(resources: string, rewriter: Rewriter): string {
  return `const ${resources} = ${rewriter.helpers.use('disposables')}(); try { `
}

function closing(resources: string, awaited: boolean, rewriter: Rewriter): string {
  const { names } = rewriter
  const error = names.of('e')
  return ` } catch (${error}) { ${resources}.fail(${error}); } finally { if (${names.of('s')}.ending !== 2) ${awaited ? `yield* ${resources}.disposeAsync()` : `${resources}.dispose()`}; }`
}

function visitUsing(node: Node, resources: string, rewriter: Rewriter): void {
  const { edits } = rewriter
  const awaited = node.kind === 'await using'
  edits.replace(node.start, node.declarations[0].start, 'const ')
  for (const { id, init } of node.declarations) {
    const named = isAnonymousFunction(init)
    edits.insert(init.start, `${resources}.${awaited ? 'addAsync' : 'add'}(${named ? `{ ${id.name}: ` : ''}`)
    rewriter.visit(init)
    edits.insert(init.end, named ? ` }.${id.name})` : ')')
  }
}

function visitBlock(node: Node, rewriter: Rewriter): void {
  visitStatements(node, node.body, rewriter)
}

/** `for (using x = r; …; …)`: what the head holds is disposed of when the loop ends. `start` is where its labels begin. */
export function visitUsingFor(node: Node, start: number, labels: readonly string[], rewriter: Rewriter): void {
  const { edits, names } = rewriter
  const resources = names.fresh('')
  const held: Node = node.init
  edits.replace(start, held.start, `{ ${opening(resources, rewriter)}`)
  rewriter.visitProtected(() => {
    visitUsing(held, resources, rewriter)
    edits.insert(held.end, `; ${labels.join('')}for (`)
    rewriter.visitAll([node.test, node.update])
    visitLoopBody(node, rewriter)
  })
  edits.insert(node.end, `${closing(resources, held.kind === 'await using', rewriter)} }`)
}

/** `for await (using x of xs)`: text around an iteration's body, and the value that `x` gets. */
export function holdItem(left: Node, rewriter: Rewriter): { opening: string; add(item: string): string; closing: string } {
  const resources = rewriter.names.fresh('')
  const awaited = left.kind === 'await using'
  return {
    opening: opening(resources, rewriter),
    add: (item) => `${resources}.${awaited ? 'addAsync' : 'add'}(${item})`,
    closing: closing(resources, awaited, rewriter),
  }
}

/** `for (using x of xs)`: what each iteration holds is disposed of at its end. */
export function visitUsingLoop(node: Node, rewriter: Rewriter): void {
  const { edits, names } = rewriter
  const { left, right, body } = node
  const awaited = left.kind === 'await using'
  const resources = names.fresh('')
  const item: string = left.declarations[0].id.name
  edits.replace(left.start, left.end, `const ${item}`)
  rewriter.visit(right)
  rewriter.visitProtected(() => {
    edits.insert(body.start, `{ ${opening(resources, rewriter)}${resources}.${awaited ? 'addAsync' : 'add'}(${item}); `)
    visitLoopBody(node, rewriter)
    edits.insert(body.end, `${closing(resources, awaited, rewriter)} }`)
  })
}

/** `using` and `await using`. */
export const disposalHandlers: Readonly<Record<string, Handler>> = { BlockStatement: visitBlock }
