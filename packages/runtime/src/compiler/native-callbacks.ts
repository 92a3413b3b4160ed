import type { Scopes } from './scopes.ts'
import { eachChild, withoutParens } from './syntax.ts'
import type { Node } from './syntax.ts'

/** Globals whose functions call back, if at all, before they return, and make no promise. */
const SYNCHRONOUS_GLOBALS: ReadonlySet<string> = new Set(
  `undefined NaN Infinity Object Array Map Set WeakMap WeakSet WeakRef Number String Boolean BigInt Symbol Math JSON Date RegExp Reflect Intl console
  Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError SuppressedError Iterator
  parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI decodeURIComponent structuredClone atob btoa
  ArrayBuffer SharedArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float16Array Float32Array
  Float64Array BigInt64Array BigUint64Array Buffer TextEncoder TextDecoder URL URLSearchParams
  setTimeout setInterval setImmediate queueMicrotask clearTimeout clearInterval clearImmediate`.split(/\s+/),
)

/** With these names native code is given a callback, is a thenable's `then` found, or is code made of text. */
const TELLING_NAMES: ReadonlySet<string> = new Set(['then', 'catch', 'finally', 'fromAsync', 'constructor'])

/**
 * Whether native code can enter this module outside any turn, or a promise that no strand owns can be left rejected by it: it handles promises by hand or
 * uses a global that may keep a callback. What a module's packages and built-ins do stands in the lists of these. A name computed at run time is not seen.
 */
export function takesNativeCallbacks(program: Node, scopes: Scopes): boolean {
  function isPromise(node: Node): boolean {
    return node.type === 'Identifier' && node.name === 'Promise' && scopes.references.get(node) === null
  }

  /** `Promise.all(…)`, `new Promise(…)`: where it is awaited at once, nobody else can wait for it and it is not left rejected. */
  function makesPromise(node: Node): boolean {
    if (node.type === 'NewExpression') return isPromise(node.callee)
    return (
      node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && !node.callee.computed && isPromise(node.callee.object)
    )
  }

  function anyOf(node: Node): boolean {
    let found = false
    eachChild(node, (child) => {
      found ||= visit(child)
    })
    return found
  }

  function visit(node: Node): boolean {
    switch (node.type) {
      case 'ImportExpression':
        return true
      case 'AwaitExpression': {
        const awaited = withoutParens(node.argument)
        return makesPromise(awaited) ? (awaited.arguments as Node[]).some(visit) : visit(node.argument)
      }
      case 'Identifier':
        if (scopes.references.get(node) === null) return !SYNCHRONOUS_GLOBALS.has(node.name)
        return TELLING_NAMES.has(node.name)
      case 'Literal':
        return typeof node.value === 'string' && TELLING_NAMES.has(node.value)
      case 'TemplateElement':
        return TELLING_NAMES.has(node.value.cooked)
      case 'MethodDefinition':
        return node.kind === 'constructor' ? visit(node.value) : anyOf(node)
      default:
        return anyOf(node)
    }
  }
  return anyOf(program)
}
