import { html, raw } from "hono/html"

type Html = ReturnType<typeof html>

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a4150); --soft: light-dark(#f4f6f9, #1c2129); --ink: light-dark(#1b2027, #e8ebf0);
  --accent: light-dark(#1d5fbf, #8db8ff); --on-accent: light-dark(#ffffff, #0b1526); --warn: light-dark(#fff3d1, #4a3a10); --muted: light-dark(#535c6b, #aab3c0) }
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: light-dark(#ffffff, #14181e) }
.notice { margin: 0; padding: .6rem 1rem; background: var(--warn); font-size: .9rem; text-align: center }
main { max-width: 46rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.4rem; margin: .8rem 0 } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem }
small { display: block; color: var(--muted) } .card a { font-weight: 600 } a { color: var(--accent) }
li.choice { list-style: none; margin-inline-start: -1.4rem } ul.bare { list-style: none; padding: 0; display: grid; gap: .5rem }
button { font: inherit; padding: .5rem .9rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--soft); color: inherit; cursor: pointer; min-height: 2.75rem }
button.wide { width: 100%; text-align: start } button.primary { background: var(--accent); color: var(--on-accent); border-color: transparent }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end }
.card { border: 1px solid var(--line); border-radius: .7rem; padding: .6rem .8rem }
.fields { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .6rem; margin: .8rem 0 }
label { display: grid; gap: .2rem; font-size: .9rem } label:has([type=checkbox]) { display: flex; align-items: center; gap: .5rem }
input, select { font: inherit; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: .4rem; background: transparent; color: inherit; min-height: 2.75rem; max-width: 100% }
input[type=checkbox] { min-height: 0; width: 1.2rem; height: 1.2rem } option { background: light-dark(#fff, #14181e) }
`

/** A whole page without a script: what it says on top is what it stands in for. */
export const page = (title: string, notice: string, content: Html | Promise<Html>): Html => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${raw(STYLE)}</style></head>
<body><header><p class="notice" role="note">${notice}</p></header><main><h1>${title}</h1>${content}</main></body></html>`
