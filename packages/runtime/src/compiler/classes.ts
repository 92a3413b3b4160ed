import { kindOf } from './function-kinds.ts'
import { isLowered } from './lower-functions.ts'
import type { Handler, Rewriter } from './rewriter.ts'
import { keyName } from './syntax.ts'
import type { Node } from './syntax.ts'

function memberKey(member: Node): string | undefined {
  if (!member.key) return undefined
  const name = keyName(member.key, member.computed)
  return name === undefined ? undefined : `${member.static ? 'static ' : ''}${name}`
}

/** Fields that keep each async method, so that it recognizes itself as the one that is awaited. */
function declareMethodFields(node: Node, rewriter: Rewriter): string {
  const { names } = rewriter
  const counts = new Map<string, number>()
  for (const member of node.body.body as Node[]) {
    const key = memberKey(member)
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  let text = ''
  for (const member of node.body.body as Node[]) {
    if (member.type !== 'MethodDefinition' || !isLowered(member.value) || counts.get(memberKey(member) ?? '') !== 1) continue
    const name = keyName(member.key, member.computed) as string
    if (name.startsWith('#') && !member.static) continue
    const field = `m${member.start}`
    rewriter.methodFields.set(member, field)
    const access = member.key.type === 'PrivateIdentifier' ? `.${name}` : `[${JSON.stringify(name)}]`
    text += ` static #${names.of(field)} = ${kindOf(member.value, rewriter)}(this${member.static ? '' : '.prototype'}${access});`
  }
  return text
}

function visitClass(node: Node, rewriter: Rewriter): void {
  const { edits, scopes } = rewriter
  rewriter.visitAll(node.decorators ?? [])
  const name: string = node.id ? node.id.name : nameClass(node, rewriter)
  if (node.superClass) rewriter.visit(node.superClass)
  const shown: string = node.id ? node.id.name : (scopes.names.get(node) ?? '')
  const bodyStart = node.body.start + 1
  if (!node.id && name !== '') {
    const ownsName = (node.body.body as Node[]).some((member) => member.static && memberKey(member) === 'static name')
    if (!ownsName)
      edits.insert(
        bodyStart,
        ` static { ${rewriter.helpers.own('Object')}.defineProperty(this, 'name', { value: ${JSON.stringify(shown)}, configurable: true }); }`,
      )
  }
  edits.insert(bodyStart, declareMethodFields(node, rewriter))
  rewriter.classes.push({ name, shown })
  for (const member of node.body.body as Node[]) visitClassMember(member, rewriter)
  rewriter.classes.pop()
}

/** Gives a class without a name one to be reached by when it has async methods; an empty text otherwise. */
function nameClass(node: Node, rewriter: Rewriter): string {
  const needsName = (node.body.body as Node[]).some((member) => member.type === 'MethodDefinition' && isLowered(member.value))
  if (!needsName) return ''
  const name = rewriter.names.fresh('')
  rewriter.edits.insert(node.start + 'class'.length, ` ${name}`)
  return name
}

function visitClassMember(member: Node, rewriter: Rewriter): void {
  if (member.type !== 'PropertyDefinition' && member.type !== 'AccessorProperty') {
    rewriter.visit(member)
    return
  }
  for (const decorator of member.decorators ?? []) rewriter.visit(decorator)
  if (member.type === 'AccessorProperty')
    rewriter.refuse(member, 'Node has no `accessor` fields', 'Write a private field with a getter and a setter.')
  if (member.computed) rewriter.visit(member.key)
  if (!member.value) return
  const facts = rewriter.scopes.functions.get(member)
  if (facts) rewriter.visitIn({ facts, lowered: undefined, protection: 0 }, () => rewriter.visit(member.value))
}

export const classHandlers: Readonly<Record<string, Handler>> = {
  ClassDeclaration: visitClass,
  ClassExpression: visitClass,
}
