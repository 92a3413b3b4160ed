import { visitLoopBody } from './checks.ts'
import type { Handler, Rewriter } from './rewriter.ts'
import type { Node } from './syntax.ts'

function isUsing(node: Node): boolean {
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
    rewriter.visitAll(statements)
    return
  }
  const first = statements[0] as Node
  const { edits, names } = rewriter
  const resources = names.fresh('')
  edits.insert(first.start, opening(resources, rewriter))
  rewriter.visitProtected(() => {
    for (const statement of statements) {
      if (isUsing(statement)) visitUsing(statement, resources, rewriter)
      else rewriter.visit(statement)
    }
  })
  edits.insert(
    block.end - 1,
    closing(
      resources,
      statements.some((statement) => statement.kind === 'await using'),
      rewriter,
    ),
  )
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
  if (awaited && !rewriter.frame.lowered)
    rewriter.refuse(node, 'Top-level await is not supported in a module body yet', 'Declare it in an async function.')
  edits.replace(node.start, node.declarations[0].start, 'const ')
  for (const { init } of node.declarations) {
    edits.insert(init.start, `${resources}.${awaited ? 'addAsync' : 'add'}(`)
    rewriter.visit(init)
    edits.insert(init.end, ')')
  }
}

function visitBlock(node: Node, rewriter: Rewriter): void {
  visitStatements(node, node.body, rewriter)
}

/** A `using` that no block's statements hold: module bodies, `switch` cases, heads of C-like loops. */
function visitDeclaration(node: Node, rewriter: Rewriter): void {
  if (isUsing(node))
    rewriter.refuse(node, `\`${node.kind}\` is supported in blocks and function bodies only`, 'Put it into a block of its own: { … }.')
  rewriter.visitChildren(node)
}

/** `for (using x of xs)`: what each iteration holds is disposed of at its end. */
export function visitUsingLoop(node: Node, rewriter: Rewriter): void {
  const { edits, names } = rewriter
  const { left, right, body } = node
  const awaited = left.kind === 'await using'
  if (awaited && !rewriter.frame.lowered)
    rewriter.refuse(left, 'Top-level await is not supported in a module body yet', 'Loop in an async function.')
  const [item, resources] = [names.fresh(''), names.fresh('')]
  edits.replace(left.start, left.end, `const ${item}`)
  rewriter.visit(right)
  rewriter.visitProtected(() => {
    edits.insert(
      body.start,
      `{ ${opening(resources, rewriter)}const ${left.declarations[0].id.name} = ${resources}.${awaited ? 'addAsync' : 'add'}(${item}); `,
    )
    visitLoopBody(node, rewriter)
    edits.insert(body.end, `${closing(resources, awaited, rewriter)} }`)
  })
}

/** `using` and `await using`. */
export const disposalHandlers: Readonly<Record<string, Handler>> = { BlockStatement: visitBlock, VariableDeclaration: visitDeclaration }
