/** Longer text from outside is cut: a handover is read by people. */
const TEXT_MAX = 500

/**
 * Text from outside inside a line of a Markdown document: nothing in it is markup, a link, HTML or another line, whatever renders it. Characters that
 * no one sees stand written out.
 */
export function escapeMarkdown(text: string): string {
  const cut = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text
  return (
    cut
      .replaceAll(/\s+/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replaceAll(
        /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
        (character) => `u+${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      )
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll(/[\\`*_[\]#!|~]/g, (character) => `\\${character}`)
      // What some renderers make links of by themselves.
      .replaceAll('://', ':\\/\\/')
      .replaceAll(/www\./gi, (start) => `${start.slice(0, 3)}\\.`)
  )
}

/** A link of this console's own. */
export function linkTo(text: string, address: string): string {
  return `[${escapeMarkdown(text)}](${address.replaceAll(/[()<>\s\\]/g, (character) => encodeURIComponent(character).replace('(', '%28').replace(')', '%29'))})`
}
