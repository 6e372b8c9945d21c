export type Child = Node | string | null | undefined | false

/** Properties of an element: functions listen, true is an attribute without a value, false and null are none. */
export type Properties = Readonly<
  Record<string, string | number | boolean | null | undefined | ((event: never) => void)>
>

/**
 * Makes an element. Text is text, whatever it holds: nothing here ever becomes markup.
 * @example
 * h('button', { type: 'button', onclick: run }, 'Run')
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  apply(element, properties)
  element.append(...present(children))
  return element
}

/** The same for an element of SVG. */
export function svg(name: string, properties: Properties = {}, ...children: readonly Child[]): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  apply(element, properties)
  element.append(...present(children))
  return element
}

function apply(element: Element, properties: Properties): void {
  for (const [key, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(key.slice(2), value as EventListener)
    else if (value === true) element.setAttribute(key, '')
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value))
  }
}

function present(children: readonly Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false)
}

/** Sets text only where it differs, so that nothing is laid out again for nothing. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text
}

/** A link to a page of the reference, or plain text where the address is none of the web. */
export function link(address: string, ...children: readonly Child[]): HTMLElement {
  const url = URL.canParse(address, location.href) ? new URL(address, location.href) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return h('span', {}, ...children)
  return h('a', { href: url.href }, ...children)
}

/** Copies a text, and says on the button that it did. */
export function copyButton(label: string, text: () => string): HTMLButtonElement {
  const button = h('button', { type: 'button', class: 'button' }, label)
  button.addEventListener('click', async () => {
    const done = await copy(text())
    button.textContent = done ? 'Copied' : 'Copying failed'
    setTimeout(() => setText(button, label), 1500)
  })
  return button
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

/** Where the clipboard is not to be had, as on a page without encryption. */
function copyBySelection(text: string): boolean {
  const area = h('textarea', { class: 'offscreen', 'aria-hidden': 'true' })
  area.value = text
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}
