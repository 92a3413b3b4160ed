import { javascript } from '@codemirror/lang-javascript'
import { MergeView, unifiedMergeView } from '@codemirror/merge'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, lineNumbers, highlightSpecialChars } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { editorTheme } from './editor-theme.ts'
import { allowEditorStyles } from './style-nonce.ts'

interface TextDifferenceProps {
  readonly before: string
  readonly after: string
  readonly beforeLabel: string
  readonly afterLabel: string
  readonly language: 'typescript' | 'text'
}

/** Below this width two columns of code cannot be read. */
const SIDE_BY_SIDE_MIN_PX = 760

/** Diffing gives up precision after this long, so that two large unlike texts cannot freeze the page. */
const DIFF_TIMEOUT_MS = 300

/** Two texts with what differs marked: side by side, or one above the other where the page is narrow. */
export function TextDifference({ before, after, beforeLabel, afterLabel, language }: TextDifferenceProps) {
  const host = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const parent = host.current
    if (parent === null) return
    const base = (label: string): Extension => [
      lineNumbers(),
      highlightSpecialChars(),
      EditorState.readOnly.of(true),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': label }),
      language === 'typescript' ? javascript({ typescript: true }) : [],
      allowEditorStyles(),
      editorTheme,
    ]
    const diffConfig = { scanLimit: 500, timeout: DIFF_TIMEOUT_MS }
    const collapseUnchanged = { margin: 3, minSize: 6 }
    const view =
      parent.clientWidth >= SIDE_BY_SIDE_MIN_PX
        ? new MergeView({
            parent,
            a: { doc: before, extensions: base(beforeLabel) },
            b: { doc: after, extensions: base(afterLabel) },
            collapseUnchanged,
            diffConfig,
          })
        : new EditorView({
            parent,
            doc: after,
            extensions: [
              base(`${beforeLabel} against ${afterLabel}`),
              unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged, diffConfig }),
            ],
          })
    return () => view.destroy()
  }, [before, after, beforeLabel, afterLabel, language])

  return (
    <figure>
      <figcaption className="grid grid-cols-2 gap-2 pb-1 text-sm text-muted">
        <span>− {beforeLabel}</span>
        <span>+ {afterLabel}</span>
      </figcaption>
      <div ref={host} className="max-h-[60vh] overflow-auto rounded-md border border-line" />
    </figure>
  )
}
