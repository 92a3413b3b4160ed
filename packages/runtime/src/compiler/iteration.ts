import { visitTarget } from './captured-super.ts'
import { loopCheck, visitForOf, visitPlainFor, visitPlainWhile } from './checks.ts'
import { textOf } from './entering.ts'
import { holdItem, isUsing, visitUsingFor, visitUsingLoop } from './disposal.ts'
import type { Handler, Rewriter } from './rewriter.ts'
import { canStrip, visitStripped } from './strip-loops.ts'
import type { Node } from './syntax.ts'

function visitLoop(node: Node, rewriter: Rewriter): void {
  if (node.await) visitForAwait(node, node.start, [], rewriter)
  else if (node.left.type === 'VariableDeclaration' && node.left.kind.includes('using')) visitUsingLoop(node, rewriter)
  else visitForOf(node, rewriter)
}

/** Labels of a `for await` go where its loop goes. */
function visitLabeled(node: Node, rewriter: Rewriter): void {
  const labels: string[] = []
  let body: Node = node
  while (body.type === 'LabeledStatement') {
    labels.push(`${body.label.name}: `)
    body = body.body
  }
  if (body.type === 'ForOfStatement' && body.await) visitForAwait(body, node.start, labels, rewriter)
  else if (body.type === 'ForStatement' && body.init && isUsing(body.init)) visitUsingFor(body, node.start, labels, rewriter)
  else rewriter.visit(node.body)
}

function visitFor(node: Node, rewriter: Rewriter): void {
  if (node.init && isUsing(node.init)) visitUsingFor(node, node.start, [], rewriter)
  else if (canStrip(node, rewriter)) visitStripped(node, rewriter)
  else visitPlainFor(node, rewriter)
}

function visitWhile(node: Node, rewriter: Rewriter): void {
  if (canStrip(node, rewriter)) visitStripped(node, rewriter)
  else visitPlainWhile(node, rewriter)
}

/**
 * `for await (LEFT of RIGHT) BODY` becomes a loop that awaits `next()` by the scheduler, with the iterator's `return()` awaited when the
 * loop is left early.
 */
function visitForAwait(node: Node, start: number, labels: readonly string[], rewriter: Rewriter): void {
  const { left, right, body } = node
  const declares = left.type === 'VariableDeclaration'
  const held = declares && left.kind.includes('using') ? holdItem(left, rewriter) : undefined
  const { edits, names, helpers } = rewriter
  const s = names.of('s')
  const [iterator, result, open, failed] = [names.fresh(''), names.fresh(''), names.fresh(''), names.fresh('')]
  const [isObject, error] = [helpers.use('isObject'), names.of('e')]
  rewriter.visitProtected(() => {
    edits.replace(start, left.start, `{ const ${iterator} = ${helpers.use('asyncIterator')}(`)
    if (held) edits.replace(left.start, left.declarations[0].start, 'const ')
    else visitTarget(left, rewriter)
    const item = held ? held.add(result) : result
    edits.insert(left.end, declares ? ` = ${item}; ` : ` = ${item}); `)
    edits.replace(left.end, right.start, '')
    rewriter.visit(right)
    const check = loopCheck(rewriter, node.start)
    const site = rewriter.addSite(node.start)
    const shown = textOf(right)
    edits.replace(
      right.end,
      body.start,
      `${shown === undefined ? '' : `, ${JSON.stringify(shown)}`}); let ${result}, ${open} = false, ${failed} = false; try { ${labels.join('')}while (true) {${check} ${open} = false; ${result} = (yield ${s}.call(${site}, ${iterator}.n, ${iterator}.i, [])); if (${isObject}(${result}).done) break; ${result} = ${result}.value; ${open} = true; ${held?.opening ?? ''}${declares ? '' : '('}`,
    )
    edits.move(left.start, left.end, body.start)
    rewriter.visit(body)
    if (held) edits.insert(body.end, held.closing)
    const close = `const c = ${iterator}.i.return; if (c != null)`
    const call = `yield ${s}.call(${site}, c, ${iterator}.i, [])`
    edits.insert(
      node.end,
      ` } } catch (${error}) { ${failed} = true; throw ${error}; } finally { if (${open} && ${s}.ending !== 2) { if (${failed}) { try { ${close} ${call}; } catch (${error}) { if (${error} === ${s}.exit) throw ${error}; } } else { ${close} ${isObject}(${call}); } } } }`,
    )
  })
}

function visitYield(node: Node, rewriter: Rewriter): void {
  const { edits, names, helpers, frame } = rewriter
  if (!frame.lowered?.generator) {
    // Going on with a generator enters its code again, as a call does (PIN3, PIN6).
    edits.insert(node.start, `${helpers.use('resumed')}(`)
    rewriter.visitChildren(node)
    edits.insert(node.end, ')')
    return
  }
  helpers.use('asyncGenerator')
  const site = rewriter.addSite(node.start)
  const argument: Node | null = node.argument
  const awaited = `yield ${names.of('s')}.at(${site}, `
  if (node.delegate && argument) {
    edits.replace(node.start, argument.start, `(yield* ${helpers.use('delegate')}(`)
    rewriter.visit(argument)
    edits.insert(argument.end, `, ${site}))`)
  } else if (argument) {
    edits.replace(node.start, argument.start, `(yield new ${names.of('Yielded')}(${awaited}`)
    rewriter.visit(argument)
    edits.insert(argument.end, ')))')
  } else edits.replace(node.start, node.end, `(yield new ${names.of('Yielded')}(${awaited}undefined)))`)
}

/** `for await`, labels and async generators. */
export const iterationHandlers: Readonly<Record<string, Handler>> = {
  ForOfStatement: visitLoop,
  ForStatement: visitFor,
  WhileStatement: visitWhile,
  LabeledStatement: visitLabeled,
  YieldExpression: visitYield,
}
