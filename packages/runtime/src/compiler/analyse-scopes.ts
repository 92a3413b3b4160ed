import { captureUpTo, createFacts, markThis } from './function-facts.ts'
import type { Binding, BindingKind, FunctionFacts, Scopes } from './scopes.ts'
import { eachChild, isLoop, keyName, withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

interface Scope {
  readonly parent: Scope | undefined
  readonly names: Map<string, Binding>
  /** Where `var` lands. */
  readonly isVarScope: boolean
}

/** Resolves every identifier of a program and collects what its functions use. `lowers` says which functions become generators. */
export function analyseScopes(program: Node, lowers: (fn: Node) => boolean): Scopes {
  const references = new Map<Node, Binding | null>()
  const functions = new Map<Node, FunctionFacts>()
  const names = new Map<Node, string>()
  const captured = new Map<Node, FunctionFacts>()
  const assignedImports: Node[] = []
  const moduleArguments: Node[] = []
  const redeclared: Node[] = []
  const pending: { node: Node; scope: Scope; fn: FunctionFacts; write: boolean }[] = []

  const createScope = (parent: Scope | undefined, isVarScope = false): Scope => ({ parent, names: new Map(), isVarScope })
  const addFacts = (kind: FunctionFacts['kind'], node: Node, parent: FunctionFacts | undefined, lowered = false): FunctionFacts => {
    const facts = createFacts(kind, node, parent, lowered)
    functions.set(node, facts)
    return facts
  }

  function declare(scope: Scope, fn: FunctionFacts, name: string, kind: BindingKind, node: Node): void {
    let target = scope
    if (kind === 'var') fn.hasVars = true
    if (kind === 'var') while (!target.isVarScope && target.parent) target = target.parent
    const existing = target.names.get(name)
    if (existing !== undefined) {
      existing.assigned = true
      if (target.parent === undefined && (kind === 'function' || existing.kind === 'function')) redeclared.push(node)
      if (kind === 'var' || kind === 'param') return
    }
    target.names.set(name, { name, kind, owner: fn, node, assigned: existing !== undefined })
  }

  function declarePattern(pattern: Node, kind: BindingKind, node: Node, scope: Scope, fn: FunctionFacts): void {
    switch (pattern.type) {
      case 'Identifier':
        declare(scope, fn, pattern.name, kind, node)
        return
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') declarePattern(property.argument, kind, node, scope, fn)
          else {
            if (property.computed) visit(property.key, scope, fn)
            declarePattern(property.value, kind, node, scope, fn)
          }
        }
        return
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element) declarePattern(element, kind, node, scope, fn)
        return
      case 'AssignmentPattern':
        giveName(pattern.left, pattern.right)
        declarePattern(pattern.left, kind, node, scope, fn)
        visit(pattern.right, scope, fn)
        return
      case 'RestElement':
        declarePattern(pattern.argument, kind, node, scope, fn)
        return
    }
  }

  /** Assignment targets: variables written, and expressions inside patterns. */
  function visitTarget(target: Node, scope: Scope, fn: FunctionFacts): void {
    switch (target.type) {
      case 'Identifier':
        pending.push({ node: target, scope, fn, write: true })
        return
      case 'ParenthesizedExpression':
        visitTarget(target.expression, scope, fn)
        return
      case 'ObjectPattern':
        for (const property of target.properties) {
          if (property.type === 'RestElement') visitTarget(property.argument, scope, fn)
          else {
            if (property.computed) visit(property.key, scope, fn)
            visitTarget(property.value, scope, fn)
          }
        }
        return
      case 'ArrayPattern':
        for (const element of target.elements) if (element) visitTarget(element, scope, fn)
        return
      case 'AssignmentPattern':
        giveName(target.left, target.right)
        visitTarget(target.left, scope, fn)
        visit(target.right, scope, fn)
        return
      case 'RestElement':
        visitTarget(target.argument, scope, fn)
        return
      default:
        visit(target, scope, fn)
    }
  }

  function giveName(target: Node, value: Node | null): void {
    if (value && target.type === 'Identifier') names.set(withoutParens(value), target.name)
  }

  function visitFunction(node: Node, scope: Scope, fn: FunctionFacts): void {
    const facts = addFacts(node.type === 'ArrowFunctionExpression' ? 'arrow' : 'function', node, fn, lowers(node))
    let outer = scope
    if (node.type === 'FunctionExpression' && node.id) {
      outer = createScope(scope)
      declare(outer, facts, node.id.name, 'self', node)
    }
    const params = createScope(outer, true)
    for (const param of node.params) declarePattern(param, 'param', param, params, facts)
    if (node.body.type === 'BlockStatement') {
      const body = createScope(params, true)
      for (const statement of node.body.body) visit(statement, body, facts)
    } else visit(node.body, params, facts)
  }

  function visitClass(node: Node, scope: Scope, fn: FunctionFacts): void {
    const inner = createScope(scope)
    if (node.id) declare(inner, fn, node.id.name, 'class', node)
    if (node.superClass) visit(node.superClass, inner, fn)
    for (const member of node.body.body) {
      if (member.type === 'StaticBlock') {
        const facts = addFacts('static', member, fn)
        const body = createScope(inner, true)
        for (const statement of member.body) visit(statement, body, facts)
        continue
      }
      for (const decorator of member.decorators ?? []) visit(decorator, inner, fn)
      if (member.computed) visit(member.key, inner, fn)
      if (!member.value) continue
      if (member.type === 'MethodDefinition') visit(member.value, inner, fn)
      else {
        const name = keyName(member.key, member.computed)
        if (name !== undefined) names.set(withoutParens(member.value), name)
        visit(member.value, inner, addFacts('field', member, fn))
      }
    }
  }

  function visit(node: Node, scope: Scope, fn: FunctionFacts): void {
    if (isLoop(node)) fn.hasLoops = true
    switch (node.type) {
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) declare(scope, fn, specifier.local.name, 'import', specifier)
        return
      case 'ExportNamedDeclaration':
        if (node.declaration) visit(node.declaration, scope, fn)
        else if (!node.source) for (const specifier of node.specifiers) pending.push({ node: specifier.local, scope, fn, write: false })
        return
      case 'ExportAllDeclaration':
        return
      case 'ExportDefaultDeclaration':
        names.set(withoutParens(node.declaration), 'default')
        visit(node.declaration, scope, fn)
        return
      case 'FunctionDeclaration':
        if (node.id) declare(scope, fn, node.id.name, 'function', node)
        visitFunction(node, scope, fn)
        return
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        visitFunction(node, scope, fn)
        return
      case 'ClassDeclaration':
        if (node.id) declare(scope, fn, node.id.name, 'class', node)
        visitClass(node, scope, fn)
        return
      case 'ClassExpression':
        visitClass(node, scope, fn)
        return
      case 'VariableDeclaration': {
        const kind: BindingKind = node.kind === 'var' || node.kind === 'let' ? node.kind : 'const'
        for (const declarator of node.declarations) {
          declarePattern(declarator.id, kind, declarator, scope, fn)
          giveName(declarator.id, declarator.init)
          if (declarator.init) visit(declarator.init, scope, fn)
        }
        return
      }
      case 'BlockStatement': {
        const block = createScope(scope)
        for (const statement of node.body) visit(statement, block, fn)
        return
      }
      case 'ForStatement': {
        const block = createScope(scope)
        eachChild(node, (child) => visit(child, block, fn))
        return
      }
      case 'ForInStatement':
      case 'ForOfStatement': {
        const block = createScope(scope)
        if (node.left.type === 'VariableDeclaration') visit(node.left, block, fn)
        else visitTarget(node.left, block, fn)
        visit(node.right, block, fn)
        visit(node.body, block, fn)
        return
      }
      case 'SwitchStatement': {
        visit(node.discriminant, scope, fn)
        const block = createScope(scope)
        for (const item of node.cases) visit(item, block, fn)
        return
      }
      case 'CatchClause': {
        const block = createScope(scope)
        if (node.param) declarePattern(node.param, 'catch', node, block, fn)
        visit(node.body, block, fn)
        return
      }
      case 'AssignmentExpression':
        giveName(node.left, node.right)
        visitTarget(node.left, scope, fn)
        visit(node.right, scope, fn)
        return
      case 'UpdateExpression':
        visitTarget(node.argument, scope, fn)
        return
      case 'Identifier':
        pending.push({ node, scope, fn, write: false })
        return
      case 'MemberExpression':
        visit(node.object, scope, fn)
        if (node.computed) visit(node.property, scope, fn)
        return
      case 'Property': {
        if (node.computed) visit(node.key, scope, fn)
        const name = keyName(node.key, node.computed)
        if (name !== undefined && name !== '__proto__') names.set(withoutParens(node.value), name)
        visit(node.value, scope, fn)
        return
      }
      case 'LabeledStatement':
        visit(node.body, scope, fn)
        return
      case 'BreakStatement':
      case 'ContinueStatement':
        return
      case 'MetaProperty': {
        if (node.meta.name !== 'new') return
        const { holder } = captureUpTo(captured, node, fn, false)
        if (holder) holder.capturesNewTarget = true
        return
      }
      case 'ThisExpression':
        markThis(fn)
        return
      case 'Super': {
        markThis(fn)
        const { holder } = captureUpTo(captured, node, fn, true)
        if (holder) holder.capturesSuper = true
        return
      }
      default:
        eachChild(node, (child) => visit(child, scope, fn))
    }
  }

  const moduleFacts = addFacts('module', program, undefined)
  const top = createScope(undefined, true)
  for (const statement of program.body) visit(statement, top, moduleFacts)

  for (const { node, scope, fn, write } of pending) {
    let found: Binding | null = null
    for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
      const binding = at.names.get(node.name)
      if (binding !== undefined) {
        found = binding
        break
      }
    }
    references.set(node, found)
    if (found === null) {
      if (node.name !== 'arguments') continue
      const { owner, holder } = captureUpTo(captured, node, fn, false)
      owner.usesArguments = true
      if (holder) holder.capturesArguments = true
      if (owner.kind === 'module') moduleArguments.push(node)
    } else {
      if (found.kind === 'param' && found.owner !== fn) found.owner.paramsCaptured = true
      if (!write) continue
      found.assigned = true
      if (found.kind === 'import') assignedImports.push(node)
    }
  }
  const reassignedFunctions = new Set<Node>()
  for (const binding of references.values()) if (binding?.kind === 'function' && binding.assigned) reassignedFunctions.add(binding.node)
  return {
    reassignedFunctions,
    references,
    functions,
    module: moduleFacts,
    names,
    captured,
    topLevel: top.names,
    assignedImports,
    moduleArguments,
    redeclared,
  }
}
