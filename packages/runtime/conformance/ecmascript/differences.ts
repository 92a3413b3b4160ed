/** A kind of test that compiled code is known not to pass, and why; SPEC.md lists the kinds under COMP7. */
export interface Difference {
  readonly kind: string
  readonly reason: string
  /** Matched against the test's path. */
  readonly paths: readonly RegExp[]
}

export const DIFFERENCES: readonly Difference[] = [
  {
    kind: 'function-kind',
    reason:
      'an async function is a plain one to look at: its text, `prototype`, [[Construct]] before it is called, and for private and computed methods its constructor',
    paths: [
      /^built-ins\/AsyncFunction\//,
      /^built-ins\/AsyncGeneratorFunction\//,
      /^built-ins\/AsyncGeneratorPrototype\/(constructor|Symbol\.toStringTag)\.js$/,
      /^built-ins\/AsyncGeneratorPrototype\/(next|return|throw)\/(length|name|prop-desc|this-val-not-[a-z-]+)\.js$/,
      /^built-ins\/AsyncIteratorPrototype\//,
      /-from-async-arrow-function-expression\.js$/,
      /^language\/expressions\/async-arrow-function\/prototype\.js$/,
      /^language\/expressions\/async-generator\/default-proto\.js$/,
      /^language\/statements\/async-generator\/yield-star-async-from-sync-iterator-inaccessible\.js$/,
      /^language\/statements\/class\/subclass\/superclass-async-(generator-)?function\.js$/,
    ],
  },
  {
    kind: 'live-namespace',
    reason: 'a namespace is a view of what is current (GEN13): its properties are configurable and it is extensible',
    paths: [
      /^language\/module-code\/namespace\/internals\/(define-own-property|get-own-property-str-found-init|is-extensible)\.js$/,
      /^language\/expressions\/dynamic-import\/namespace\/(await|promise-then)-ns-(define-own-property|extensible|prop-descs|get-own-property-str-found-init|get-nested-namespace-[a-z-]+)\.js$/,
    ],
  },
  {
    kind: 'late-names',
    reason:
      'an import is bound late (GEN13): a name that the other module lacks, or has twice, raises `undef` when it is used, not when modules are linked',
    paths: [
      /^language\/module-code\/instn-(iee|named|star)-err-[a-z-]+\.js$/,
      /^language\/module-code\/export-expname-from-(binding-string|star-string|string-binding|string-string)\.js$/,
      /^language\/module-code\/namespace\/internals\/(get-str-not-found|delete-non-exported)\.js$/,
    ],
  },
  {
    kind: 'external-function',
    reason:
      'an imported function as a value is one object of its own, which calls what is current (GEN13); the exporting module has another',
    paths: [/^language\/module-code\/export-expname-(binding-string|from-star|import-string-binding)\.js$/],
  },
  {
    kind: 'refused',
    reason: 'what COMP5 refuses is refused before it runs: assigning an imported name, `import source`',
    paths: [
      /^language\/module-code\/instn-(iee|named|star)-(bndng|binding)(-[a-z]+)*\.js$/,
      /^language\/expressions\/dynamic-import\/(catch|syntax\/valid)\/.*-import-source-[a-z-]+\.js$/,
    ],
  },
  {
    kind: 'import-of-what-is-loaded',
    reason:
      '`import()` finds modules that are loaded with the system: what cannot be resolved, linked or evaluated is refused then, with file and line',
    paths: [
      /^language\/expressions\/dynamic-import\/catch\/.*-(eval-rqstd-abrupt-(type|uri)error|eval-script-code-target|file-does-not-exist)\.js$/,
      /^language\/expressions\/dynamic-import\/catch\/.*-instn-iee-err-(ambiguous-import|circular)\.js$/,
      /^language\/expressions\/dynamic-import\/syntax\/valid\/.*-(empty-str-is-valid-assign-expr|covered-expression-is-valid)\.js$/,
      /^language\/expressions\/dynamic-import\/import-attributes\/2nd-param-(evaluation-abrupt-[a-z]+|with-value-[a-z-]+)\.js$/,
      /^language\/expressions\/dynamic-import\/assignment-expression\/(additive-expr|import-meta|lhs-assign-operator-assign-expr|tagged-function-call)\.js$/,
      /^language\/expressions\/dynamic-import\/(await-import-evaluation|for-await-resolution-and-error(-agen)?|import-errored-module)\.js$/,
      /^language\/expressions\/dynamic-import\/(imported-self-update|update-to-dynamic-import|usage-from-eval)\.js$/,
      /^language\/module-code\/top-level-await\/(dynamic-import|module-import)-[a-z-]+\.js$/,
      /^language\/module-code\/top-level-await\/syntax\/await-expr-dyn-import\.js$/,
    ],
  },
  {
    kind: 'typescript-text',
    reason:
      'a module is TypeScript: imports that are used as types at most are left out, and so are parentheses around the name that is assigned',
    paths: [
      /^language\/expressions\/assignment\/fn-name-lhs-cover\.js$/,
      /^language\/import\/import-attributes\/json-(invalid|named-bindings)\.js$/,
      /^language\/module-code\/eval-rqstd-order\.js$/,
    ],
  },
  {
    kind: 'shared-realm',
    reason:
      'the runtime lives in the realm of its modules: one that takes the iterator of arrays away, or puts setters on them, takes these from it, too',
    paths: [
      /-get-err-array-prototype\.js$/,
      /^built-ins\/Promise\/(all|allSettled)\/does-not-invoke-array-setters\.js$/,
      /^language\/expressions\/array\/11\.1\.4_[\d-]+\.js$/,
      /^language\/statements\/class\/subclass\/default-constructor-spread-override\.js$/,
    ],
  },
]

export function differenceOf(path: string): Difference | undefined {
  return DIFFERENCES.find(({ paths }) => paths.some((pattern) => pattern.test(path)))
}
