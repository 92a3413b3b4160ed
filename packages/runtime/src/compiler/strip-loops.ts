import { checkOfBatch, countIteration, isBatchFull } from './checks.ts'
import type { Rewriter } from './rewriter.ts'
import { eachChild, isFunction, isLoop } from './syntax.ts'
import type { Node } from './syntax.ts'

/**
 * An innermost loop of a synchronous function becomes one that runs for up to 256 iterations and looks at nothing, inside one that checks:
 *
 *     for (let i = 0; i < n; i++) BODY
 *     { let i = 0; let more; do { if (left < 1) { CHECK i++ } more = false; for (; i < n; i++) { BODY if (--left < 1) { more = true; break } } } while (more) }
 *
 * With a check's call inside of it, V8 can neither keep values in registers over iterations nor move what does not change out of the loop: a product of matrices runs at half its speed.
 * The check stands at the head, for that is the line at which a process is seen that is held in there.
 */
export function visitStripped(loop: Node, rewriter: Rewriter): void {
  const { edits, names } = rewriter
  const more = names.of('w')
  const update = loop.update ? ` ${edits.text.slice(loop.update.start, loop.update.end)};` : ''
  const opening = `let ${more}; do { if (${isBatchFull(rewriter)}) { ${checkOfBatch(rewriter)}${update} } ${more} = false; `
  const init: Node | null = loop.init ?? null
  if (init === null) {
    const keyword = loop.type === 'ForStatement' ? 'for' : 'while'
    edits.replace(loop.start, loop.start + keyword.length, `{ ${opening}${keyword}`)
  } else {
    edits.replace(loop.start, init.start, '{ ')
    rewriter.visit(init)
    edits.insert(init.end, `; ${opening}for (`)
  }
  if (loop.test) rewriter.visit(loop.test)
  const body: Node = loop.body
  const counted = ` if (${countIteration(rewriter)}) { ${more} = true; break; } `
  if (body.type === 'BlockStatement') {
    rewriter.visit(body)
    edits.insert(body.end - 1, counted)
  } else {
    edits.insert(body.start, '{ ')
    rewriter.visit(body)
    edits.insert(body.end, `${counted}}`)
  }
  edits.insert(body.end, ` } while (${more}); }`)
}

/**
 * Whether this is a loop for `visitStripped`: it is synchronous and innermost, nothing in it could tell a new scope for each iteration or leaves one before its end to go on, and
 * its update can be written twice.
 */
export function canStrip(loop: Node, rewriter: Rewriter): boolean {
  if (rewriter.frame.lowered) return false
  const init: Node | null = loop.init ?? null
  if (init !== null && init.type !== 'VariableDeclaration') return false
  return (!loop.update || stepsOwnVariable(loop.update, init)) && isPlain(loop)
}

/** `i++`, `i -= 2`, of a variable that the loop declares. */
function stepsOwnVariable(update: Node, init: Node | null): boolean {
  const stepped: Node | undefined =
    update.type === 'UpdateExpression'
      ? update.argument
      : update.type === 'AssignmentExpression' && update.right.type === 'Literal' && /^[-+*/]=$/.test(update.operator)
        ? update.left
        : undefined
  if (init === null || stepped?.type !== 'Identifier') return false
  return (init.declarations as Node[]).some(({ id }) => id.type === 'Identifier' && id.name === stepped.name)
}

function isPlain(loop: Node): boolean {
  let plain = true
  eachChild(loop, (child) => {
    plain &&= !isLoop(child) && !isFunction(child) && !UNFIT.has(child.type) && isPlain(child)
  })
  return plain
}

const UNFIT: ReadonlySet<string> = new Set([
  'ClassDeclaration',
  'ClassExpression',
  'ContinueStatement',
  'LabeledStatement',
  'YieldExpression',
  'AwaitExpression',
  'MethodDefinition',
])
