import { h } from './dom.ts'

const choices = ['system', 'light', 'dark'] as const
type Choice = (typeof choices)[number]

const names: Readonly<Record<Choice, string>> = { system: 'Auto', light: 'Light', dark: 'Dark' }
const storageKey = 'culpa-theme'

/** Puts the remembered choice in place, before anything is drawn. */
export function applyTheme(): void {
  set(remembered())
}

/** Light, dark, or as the system has it; remembered. */
export function themeSelect(): HTMLElement {
  const select = h('select', { class: 'select', 'aria-label': 'Colours' })
  for (const choice of choices) select.append(h('option', { value: choice }, names[choice]))
  select.value = remembered()
  select.addEventListener('change', () => {
    const choice = choices.find((one) => one === select.value) ?? 'system'
    set(choice)
    try {
      localStorage.setItem(storageKey, choice)
    } catch {
      // Where nothing may be stored, the choice holds until the page is left.
    }
  })
  return select
}

function set(choice: Choice): void {
  if (choice === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = choice
}

function remembered(): Choice {
  try {
    return choices.find((one) => one === localStorage.getItem(storageKey)) ?? 'system'
  } catch {
    return 'system'
  }
}
