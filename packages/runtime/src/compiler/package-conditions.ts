/** Node's own, in the order in which it would look; addons are left out, as with its `--no-addons`. */
export const IMPORT_CONDITIONS: ReadonlySet<string> = new Set(['node', 'import', 'module-sync', 'default'])
export const REQUIRE_CONDITIONS: ReadonlySet<string> = new Set(['node', 'require', 'module-sync', 'default'])

/** What a map of `exports` or `imports` says: a target, `null` where it is closed off, `undefined` where nothing matches. */
type Matched = string | null | undefined

/** `exports` of a manifest for `.` or `./sub` (Node's PACKAGE_EXPORTS_RESOLVE). Targets are checked to stay inside the package by who opens them. */
export function matchExports(exports: unknown, subpath: string, conditions: ReadonlySet<string>): Matched {
  const isMap = isRecord(exports) && Object.keys(exports).some((key) => key.startsWith('.'))
  if (subpath === '.') {
    const main = isMap ? exports['.'] : exports
    return main === undefined ? undefined : matchTarget(main, '', conditions, false)
  }
  return isMap ? matchPattern(exports, subpath, conditions, false) : undefined
}

/** `imports` of a manifest for `#name` (Node's PACKAGE_IMPORTS_RESOLVE). A target may be another package. */
export function matchImports(imports: unknown, name: string, conditions: ReadonlySet<string>): Matched {
  return isRecord(imports) ? matchPattern(imports, name, conditions, true) : undefined
}

function matchPattern(map: Record<string, unknown>, key: string, conditions: ReadonlySet<string>, internal: boolean): Matched {
  if (Object.hasOwn(map, key) && !key.includes('*')) return matchTarget(map[key], '', conditions, internal)
  let best: { readonly pattern: string; readonly middle: string } | undefined
  for (const pattern of Object.keys(map)) {
    const star = pattern.indexOf('*')
    if (star === -1 || star !== pattern.lastIndexOf('*')) continue
    const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)]
    if (!key.startsWith(head) || key === head || !key.endsWith(tail) || key.length < pattern.length) continue
    if (best === undefined || isMoreSpecific(pattern, best.pattern)) best = { pattern, middle: key.slice(star, key.length - tail.length) }
  }
  return best === undefined ? undefined : matchTarget(map[best.pattern], best.middle, conditions, internal)
}

function isMoreSpecific(pattern: string, other: string): boolean {
  const [star, otherStar] = [pattern.indexOf('*'), other.indexOf('*')]
  return star !== otherStar ? star > otherStar : pattern.length > other.length
}

function matchTarget(target: unknown, middle: string, conditions: ReadonlySet<string>, internal: boolean): Matched {
  if (typeof target === 'string') {
    const inside = target.startsWith('./')
    if (inside ? hasForbiddenPart(target.slice(2)) : !internal || target.startsWith('../') || target.startsWith('/')) return undefined
    if (hasForbiddenPart(middle)) return undefined
    return target.replaceAll('*', () => middle)
  }
  if (Array.isArray(target)) {
    let last: Matched
    for (const entry of target) {
      last = matchTarget(entry, middle, conditions, internal)
      if (typeof last === 'string') return last
    }
    return last
  }
  if (target === null) return null
  if (!isRecord(target)) return undefined
  for (const [condition, value] of Object.entries(target)) {
    if (!conditions.has(condition)) continue
    const matched = matchTarget(value, middle, conditions, internal)
    if (matched !== undefined) return matched
  }
  return undefined
}

function hasForbiddenPart(path: string): boolean {
  return path.split(/[/\\]/).some((part) => part === '.' || part === '..' || part === 'node_modules')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
