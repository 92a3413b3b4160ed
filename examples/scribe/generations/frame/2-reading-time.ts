// title, number of words and time to read, page template
const WORDS_PER_MINUTE = 230
const SIGNATURE = /\n\n<!-- edited \d+ times? -->\n$/

/** What every document stands in: whichever generation rendered `body`, its frame is the current one. */
export function page(document: string, body: string): string {
  const title = escape(titleOf(document))
  const words = countWords(document)
  const minutes = Math.max(1, Math.round(words / WORDS_PER_MINUTE))
  return `<!doctype html>
<title>${title}</title>
<header>${title} · ${words} words · ${minutes} min to read</header>
<main>
${body}</main>
`
}

/** The document with its count of edits at its foot, as a comment that every renderer leaves alone. */
export function signed(text: string, edits: number): string {
  return edits === 0 ? text : `${text}\n\n<!-- edited ${edits} ${edits === 1 ? 'time' : 'times'} -->\n`
}

export function titleOf(document: string): string {
  return /^#{1,6}\s+(.+)$/m.exec(document)?.[1]?.trim() ?? 'Untitled'
}

export function countWords(document: string): number {
  return document.replace(SIGNATURE, '').match(/\S+/g)?.length ?? 0
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
