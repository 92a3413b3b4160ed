/** Environment of a compiler's process: nothing secret and no options for Node. */
export function childEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('STRATA_') && name !== 'NODE_OPTIONS')
  return { ...more, ...Object.fromEntries(inherited) }
}
