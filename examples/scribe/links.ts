// looks whether links inside a page lead somewhere
/** How many links a page has to its own headings when not one heading can be reached. A link or two that lead nowhere are the author's: 0. */
export function brokenLinks(html: string): number {
  const links = html.match(/<a href="#[^"]+"/g)?.length ?? 0
  const headings = html.match(/<h[1-6][ >]/g)?.length ?? 0
  const reached = html.match(/<h[1-6] id="/g)?.length ?? 0
  return headings > 0 && reached === 0 ? links : 0
}
