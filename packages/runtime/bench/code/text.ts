/** Builds text piece by piece and looks at it again. */
export function run(): number {
  let hash = 0
  for (let round = 0; round < 200; round++) {
    let text = ''
    for (let i = 0; i < 2_000; i++) text += i % 7 === 0 ? `<li class="n${i % 10}">${i}</li>` : `item ${i}, `
    const words = text.split(' ')
    for (const word of words) hash = (hash * 31 + word.length) | 0
    hash = (hash + text.replaceAll('item', 'part').length) | 0
  }
  return hash
}
