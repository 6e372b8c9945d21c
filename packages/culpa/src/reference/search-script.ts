/**
 * Makes the table of codes searchable: rows that lack one of the words are hidden. The words stand in the address, so
 * that a search can be linked to. Plain JavaScript, for the browser.
 */
export const searchScript = `const box = document.querySelector('search')
const input = box.querySelector('input')
const output = box.querySelector('output')
const rows = [...document.querySelectorAll('#table-of-codes tbody tr')]

function search() {
  const words = input.value.toLowerCase().split(/\\s+/)
  for (const row of rows) {
    const text = row.textContent.toLowerCase()
    row.hidden = !words.every((word) => text.includes(word))
  }
  const found = rows.filter((row) => !row.hidden).length
  output.textContent = found + ' of ' + rows.length
}

function remember() {
  const address = new URL(location.href)
  if (input.value === '') address.searchParams.delete('q')
  else address.searchParams.set('q', input.value)
  history.replaceState(null, '', address)
}

input.value = new URLSearchParams(location.search).get('q') ?? ''
input.addEventListener('input', () => {
  search()
  remember()
})
box.hidden = false
search()
`
