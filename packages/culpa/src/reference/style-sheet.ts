/** The look of every page: dark and light as the reader's system says, from 360 px up, on paper too. */
export const styleSheet = `:root {
  color-scheme: light dark;
  --paper: #ffffff;
  --ink: #1b1f24;
  --soft: #57606a;
  --link: #0a58ca;
  --line: #d0d7de;
  --shade: #f3f5f7;
  --focus: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b;
    --ink: #e6e9ec;
    --soft: #a3adb8;
    --link: #7ab7ff;
    --line: #3a424b;
    --shade: #1e2329;
    --focus: #ffb4ab;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto;
  padding: 1rem;
  max-width: 68rem;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif;
  overflow-wrap: break-word;
}
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { position: static; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: 0.25rem 0; }
h1 { margin: 1rem 0 0.5rem; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.35rem; line-height: 1.3; }
p, ul, ol, dl, figure { margin: 0.75rem 0; }
p, li, dd { max-width: 48rem; }
dt { margin-top: 0.6rem; font-weight: 600; }
dd { margin: 0; }
@media (min-width: 44rem) {
  dl { display: grid; grid-template-columns: fit-content(15rem) 1fr; gap: 0.4rem 1.5rem; }
  dt { margin: 0; }
}
code { font: 0.9em/1.4 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
h1 code { font-size: 0.95em; }
th code { white-space: nowrap; }
.frame { margin: 0.75rem 0; overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { width: 100%; border-collapse: collapse; }
caption { padding: 0.5rem 0.75rem; color: var(--soft); text-align: left; }
th, td { padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { background: var(--shade); white-space: nowrap; }
tbody th { font-weight: 600; }
tbody td { min-width: 6rem; }
figcaption { color: var(--soft); }
pre { margin: 0.25rem 0 0; padding: 0.75rem; overflow-x: auto; background: var(--shade); border: 1px solid var(--line); border-radius: 6px; }
pre code { overflow-wrap: normal; }
pre:has(.language-http) { white-space: pre-wrap; }
.language-http { overflow-wrap: anywhere; }
.search { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin: 0.75rem 0; }
.search[hidden] { display: none; }
.search input {
  flex: 1 1 14rem;
  padding: 0.45rem 0.6rem;
  border: 1px solid var(--soft);
  border-radius: 6px;
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); }
@media print {
  nav, footer, .search, .skip { display: none; }
  .frame, pre { overflow: visible; border: 0; }
  pre { white-space: pre-wrap; }
  tr, figure { break-inside: avoid; }
  h2 { break-after: avoid; }
}
`
