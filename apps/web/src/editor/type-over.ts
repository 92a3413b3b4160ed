import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

/**
 * Replaces a selection that is typed over in the editor's own state. Left to the browser, it keeps the colour of what was selected as a `style`
 * attribute on the line, which the page's content security policy refuses with an error in the console.
 */
export function typeOverSelection(): Extension {
  return EditorView.domEventHandlers({
    beforeinput(event, view) {
      const text = event.data
      if (event.inputType !== 'insertText' || text === null || event.isComposing || view.state.readOnly) return false
      const { from, to, empty } = view.state.selection.main
      if (empty) return false
      event.preventDefault()
      const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true })
      if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert())
      return true
    },
  })
}
