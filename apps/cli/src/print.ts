import { formatJson } from './escape-text.ts'
import type { Call } from './verb.ts'

/** Prints a result: JSON with `--json`, otherwise the text for people. */
export function print(call: Call, value: unknown, text: () => string): void {
  call.io.out(call.json ? `${formatJson(value, 2)}\n` : text())
}
