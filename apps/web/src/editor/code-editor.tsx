import { javascript } from '@codemirror/lang-javascript'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import type { Diagnostic } from '@strata/runtime'
import { showInvisible } from '@strata/ui'
import { basicSetup } from 'codemirror'
import { useEffect, useRef } from 'react'
import { editorTheme } from './editor-theme.ts'
import { allowEditorStyles } from './style-nonce.ts'
import { typeOverSelection } from './type-over.ts'

/** Where to put the cursor; a new object moves it again. */
export interface EditorPlace {
  readonly line: number
  readonly column: number
}

interface CodeEditorProps {
  readonly text: string
  readonly label: string
  readonly diagnostics?: readonly Diagnostic[]
  readonly place?: EditorPlace | undefined
  readonly onChange?: (text: string) => void
  /** Cmd/Ctrl-Enter. */
  readonly onSubmit?: () => void
}

const NO_DIAGNOSTICS: readonly Diagnostic[] = []

/** A TypeScript editor; read-only without `onChange`. Invisible and bidirectional characters are drawn. */
export function CodeEditor({ text, label, diagnostics = NO_DIAGNOSTICS, place, onChange, onSubmit }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const calls = useRef({ onChange, onSubmit })
  const editable = onChange !== undefined

  useEffect(() => {
    calls.current = { onChange, onSubmit }
  })

  useEffect(() => {
    if (host.current === null) return
    const submit: Extension = EditorView.domEventHandlers({
      keydown(event) {
        if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey) || calls.current.onSubmit === undefined) return false
        event.preventDefault()
        calls.current.onSubmit()
        return true
      },
    })
    const created = new EditorView({
      parent: host.current,
      extensions: [
        submit,
        basicSetup,
        javascript({ typescript: true }),
        lintGutter(),
        EditorState.readOnly.of(!editable),
        // A place to write is in the tab order by itself; axe knows it by the attribute only.
        EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) calls.current.onChange?.(update.state.doc.toString())
        }),
        allowEditorStyles(),
        typeOverSelection(),
        editorTheme,
      ],
    })
    view.current = created
    return () => {
      view.current = null
      created.destroy()
    }
  }, [editable, label])

  useEffect(() => {
    const shown = view.current
    if (shown === null || shown.state.doc.toString() === text) return
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: text } })
  }, [text, editable, label])

  useEffect(() => {
    const shown = view.current
    if (shown === null) return
    const document = shown.state.doc
    const marks = diagnostics
      .filter((one) => one.line >= 1 && one.line <= document.lines)
      .map((one) => {
        const line = document.line(one.line)
        const from = Math.min(line.from + Math.max(0, one.column - 1), line.to)
        const message = [one.message, one.hint]
          .filter((part) => part !== undefined)
          .map(showInvisible)
          .join('\n')
        return { from, to: shown.state.wordAt(from)?.to ?? line.to, severity: one.severity, source: one.code, message }
      })
    shown.dispatch(setDiagnostics(shown.state, marks))
  }, [diagnostics, text])

  useEffect(() => {
    const shown = view.current
    if (shown === null || place === undefined || place.line < 1 || place.line > shown.state.doc.lines) return
    const line = shown.state.doc.line(place.line)
    const anchor = Math.min(line.from + Math.max(0, place.column - 1), line.to)
    shown.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) })
    shown.focus()
  }, [place])

  return (
    <div
      ref={host}
      className="max-h-[60vh] overflow-auto rounded-md border border-line has-[.cm-focused]:outline-2 has-[.cm-focused]:outline-offset-1 has-[.cm-focused]:outline-accent"
    />
  )
}
