/**
 * May load nothing: no script, picture, frame, font, request or form leaves the document. Resource hints are no request
 * to a policy, hence the second meta and the elements taken out below.
 */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"

/** Elements that reach out by being there, or that would speak for the whole document. */
const REACHING_OUT = 'link, meta, base, iframe, frame, object, embed, script'

/** The source of a frame that shows untrusted HTML; it belongs into `<iframe sandbox="">` only. */
export function renderedDocument(html: string): string {
  const parsed = new DOMParser().parseFromString(html, 'text/html')
  for (const element of parsed.querySelectorAll(REACHING_OUT)) element.remove()
  return `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta http-equiv="x-dns-prefetch-control" content="off"><meta name="referrer" content="no-referrer"></head><body>${parsed.body.getHTML()}</body></html>`
}
