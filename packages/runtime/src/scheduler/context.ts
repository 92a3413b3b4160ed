import type { CodeInstance } from '../code/instance.ts'

const cache = new WeakMap<object, boolean>()

/** What can hand a callback to native code, which then calls it outside any turn. Too much is only slower. */
const NATIVE_CALLBACKS =
  /\b(Promise|addEventListener|on|nextTick|globalThis|AbortSignal|EventTarget|MessageChannel|BroadcastChannel|WebSocket|FinalizationRegistry|fetch|async|process|eval|Function)\b|[.?"'`]\s*(then|catch|finally)\b/

/** Whether code of this generation can be entered by native code; then turns name their process, which costs some 100 ns each. */
export function needsContext(instance: CodeInstance): boolean {
  const { compiled } = instance
  const known = cache.get(compiled)
  if (known !== undefined) return known
  const needs = compiled.natives.length > 0 || compiled.packages.length > 0 || NATIVE_CALLBACKS.test(compiled.code)
  cache.set(compiled, needs)
  return needs
}
