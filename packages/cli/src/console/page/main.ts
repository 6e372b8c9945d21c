import { about as fetchAbout } from './console-api.ts'
import { h, setText } from './dom.ts'
import { createFilterBar } from './filter-bar.ts'
import { createGroupsView } from './groups-view.ts'
import { createLogView } from './log-view.ts'
import { addressOf, go, onPlace, type Place, place, type View } from './place.ts'
import { applyTheme, themeSelect } from './theme.ts'
import { createTryView } from './try-view.ts'

const viewNames: Readonly<Record<View, string>> = { log: 'Log', groups: 'Groups', try: 'Try it' }

applyTheme()
await start().catch(showFailure)

/** Instead of a page that stays empty. */
function showFailure(error: unknown): void {
  const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
  const text = `The live log cannot be shown: ${reason}. Reload the page to try again.`
  document.body.replaceChildren(h('main', {}, h('p', { class: 'empty', role: 'alert' }, text)))
  // For the browser's console.
  throw error
}

async function start(): Promise<void> {
  const about = await fetchAbout()
  document.title = about.title
  const filterBar = createFilterBar(about)
  const log = createLogView(about)
  const groups = createGroupsView()
  const tries = createTryView(about)
  const contents: Readonly<Record<View, HTMLElement>> = { log: log.element, groups: groups.element, try: tries.element }
  const tabs = tabsOf()
  const main = h('main', { id: 'main' }, filterBar.element, ...Object.values(contents))
  document.body.replaceChildren(
    h('a', { class: 'skip', href: '#main' }, 'Skip to the content'),
    h('header', { class: 'top' }, h('h1', {}, about.title), tabs.element, referenceMenu(about.systems), themeSelect()),
    main,
  )

  function show(now: Place, before?: Place): void {
    tabs.show(now)
    for (const [name, element] of Object.entries(contents)) element.hidden = name !== now.view
    filterBar.element.hidden = now.view === 'try'
    filterBar.show(now.filters)
    if (now.view === 'groups') groups.show(now)
    else groups.hide()
    if (now.view === 'try') tries.show(now)
    const isFiltered = JSON.stringify(now.filters) !== JSON.stringify(before?.filters)
    if (now.view === 'log' && (before === undefined || isFiltered || before.view === 'try')) void log.restart(now)
    log.show(now)
  }
  onPlace(show)
  show(place())
}

/** Links, for each view has an address of its own. */
function tabsOf() {
  const links = Object.entries(viewNames).map(([view, name]) => ({ view: view as View, element: h('a', {}, name) }))
  for (const { view, element } of links) {
    element.addEventListener('click', (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return
      event.preventDefault()
      go({ view, entry: undefined, trigger: undefined }, { history: true })
    })
  }
  return {
    element: h('nav', { class: 'tabs', 'aria-label': 'Views' }, ...links.map(({ element }) => element)),
    show(now: Place): void {
      for (const { view, element } of links) {
        element.href = addressOf({ view, entry: undefined, trigger: undefined })
        if (view === now.view) element.setAttribute('aria-current', 'page')
        else element.removeAttribute('aria-current')
      }
    },
  }
}

function referenceMenu(systems: readonly { readonly name: string; readonly docs: string }[]): HTMLElement {
  const links = systems.map(({ name, docs }) => h('li', {}, h('a', { href: docs }, name)))
  const summary = h('summary', { class: 'button' })
  setText(summary, 'Reference')
  return h('details', { class: 'menu' }, summary, h('ul', {}, ...links))
}
