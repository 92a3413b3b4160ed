import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

/** Lets an editor add its style sheet under the page's `style-src`, which allows a nonce only. */
export function allowEditorStyles(): Extension {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content
  return nonce === undefined || nonce === '' ? [] : EditorView.cspNonce.of(nonce)
}
