export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0b6b4c"/><path d="M8 23V9h3.4L16 16.6 20.6 9H24v14h-3.6v-8L16 22l-4.4-7v8z" fill="#fff"/></svg>
`;

/** Colours, type and the parts that all pages share. System fonts, no images, light and dark. */
export const SANDBOX_STYLE = `:root {
  --paper: #f5f3ee; --card: #fff; --ink: #16231e; --quiet: #5c6a63; --line: #dfdcd3;
  --brand: #0b6b4c; --brand-ink: #fff; --soft: #e3efe9; --soft-ink: #0a5840;
  --good: #0b6b4c; --bad: #b3261e; --bad-soft: #fbe9e7; --warn: #8a5a00; --warn-soft: #fdf1d8;
  --shadow: 0 1px 2px rgb(20 35 30 / .06), 0 6px 20px rgb(20 35 30 / .06);
  --focus: #1a73e8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #101614; --card: #18211e; --ink: #e9efec; --quiet: #9aaaa3; --line: #2a3732;
    --brand: #35b586; --brand-ink: #06231a; --soft: #1c332a; --soft-ink: #8fe0bf;
    --good: #57cfa1; --bad: #ff8a80; --bad-soft: #3a1f1d; --warn: #f3c566; --warn-soft: #3a2f17;
    --shadow: 0 1px 2px rgb(0 0 0 / .3), 0 6px 20px rgb(0 0 0 / .25); --focus: #8ab4f8;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
[hidden] { display: none !important; }
h1 { font-size: clamp(1.6rem, 1.2rem + 1.6vw, 2.2rem); line-height: 1.15; letter-spacing: -.02em; margin: 0 0 .4rem; }
h2 { font-size: 1.05rem; line-height: 1.3; margin: 0 0 .75rem; }
h3 { font-size: .8rem; letter-spacing: .04em; text-transform: uppercase; color: var(--quiet); margin: 1rem 0 .4rem; }
p { margin: 0 0 .75rem; }
dl, dd, ul { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--brand); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; border-radius: 6px; }
button, input, select { font: inherit; color: inherit; }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 44px; padding: .5rem 1rem;
  border: 1px solid var(--line); border-radius: 12px; background: var(--card); cursor: pointer;
  font-weight: 600; text-decoration: none; touch-action: manipulation;
}
button:hover, .button:hover { border-color: var(--quiet); }
button.primary { background: var(--brand); border-color: var(--brand); color: var(--brand-ink); }
button.danger { color: var(--bad); }
button.link { min-height: 0; padding: 0 .1rem; border: 0; background: none; color: var(--brand); text-decoration: underline; font-weight: 500; font-size: inherit; }
input, select {
  width: 100%; min-height: 44px; padding: .45rem .75rem; border: 1px solid var(--line); border-radius: 12px;
  background: var(--card);
}
select.is-set { border-color: var(--warn); background: var(--warn-soft); font-weight: 600; }
pre {
  margin: 0; padding: .75rem; overflow: auto; max-height: 24rem; border-radius: 10px; background: var(--paper);
  font: .82rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
}
pre.letter { font-size: .9rem; }
time { font-variant-numeric: tabular-nums; color: var(--quiet); font-size: .85rem; white-space: nowrap; }
.code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .84em; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); font-size: .9rem; }
.good { color: var(--good); font-size: .88rem; }
.bad { color: var(--bad); font-size: .88rem; overflow-wrap: anywhere; }
.lead { color: var(--quiet); max-width: 44rem; }
.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; border: 0;
}
.skip { position: absolute; left: -999px; top: .5rem; padding: .5rem 1rem; background: var(--card); border-radius: 10px; z-index: 2; }
.skip:focus { left: .5rem; }

.top {
  display: flex; align-items: center; gap: .25rem 1.25rem; flex-wrap: wrap; padding: .6rem clamp(1rem, 4vw, 2.5rem);
  border-bottom: 1px solid var(--line); background: var(--card);
}
.brand { display: inline-flex; align-items: center; gap: .5rem; color: var(--ink); text-decoration: none; min-height: 44px; }
.brand b { font-weight: 500; color: var(--quiet); }
.brand-mark {
  display: grid; place-items: center; width: 1.9rem; height: 1.9rem; border-radius: 9px; background: var(--brand);
  color: var(--brand-ink); font-weight: 800;
}
.top nav { display: flex; gap: .15rem; overflow-x: auto; margin-right: auto; scrollbar-width: none; }
.top nav a {
  display: inline-flex; align-items: center; min-height: 44px; padding: 0 .75rem; border-radius: 10px; color: var(--quiet);
  text-decoration: none; font-weight: 500;
}
.top nav a:hover { color: var(--ink); }
.top nav a[aria-current] { color: var(--soft-ink); background: var(--soft); }
.link-state { display: inline-flex; align-items: center; gap: .4rem; font-size: .85rem; color: var(--quiet); }
.link-state::before { content: ''; width: .55rem; height: .55rem; border-radius: 50%; background: var(--warn); }
.link-state[data-state=live]::before { background: var(--good); }
@media (max-width: 40rem) {
  .top { padding-bottom: .4rem; }
  .link-state { order: 1; margin-left: auto; }
  .top nav { order: 2; flex: 1 0 100%; margin: 0 -.5rem; justify-content: space-between; }
  .top nav a { padding: 0 .5rem; font-size: .95rem; }
}
@media (max-width: 22rem) { .top nav a { padding: 0 .3rem; font-size: .87rem; } }
main { max-width: 76rem; margin: 0 auto; padding: clamp(1rem, 3vw, 2.25rem) clamp(1rem, 4vw, 2.5rem) 4rem; }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 18px; padding: 1.1rem 1.2rem; box-shadow: var(--shadow); }
.card > :last-child, [data-live] > :last-child { margin-bottom: 0; }
.columns { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); align-items: start; margin: 1.25rem 0; }
.notice { padding: .75rem 1rem; border-radius: 12px; background: var(--warn-soft); color: var(--warn); }
.empty { padding: 3rem 1rem; text-align: center; color: var(--quiet); border: 1px dashed var(--line); border-radius: 18px; }
.tiles { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); margin: 1.5rem 0; }
.tile {
  display: grid; gap: .3rem; align-content: start; padding: 1.1rem 1.2rem; border: 1px solid var(--line); border-radius: 18px;
  background: var(--card); color: var(--ink); text-decoration: none; box-shadow: var(--shadow);
}
.tile:hover { border-color: var(--brand); }
.tile-name { font-weight: 650; }
.tile-count { color: var(--brand); }
.tile-count b { font-size: 1.7rem; font-variant-numeric: tabular-nums; }
.calls li { padding: .3rem 0; border-top: 1px solid var(--line); }
.calls li:first-child { border-top: 0; }
.reset { display: flex; align-items: center; gap: .9rem; flex-wrap: wrap; }
.toolbar { display: flex; gap: .75rem; justify-content: space-between; align-items: center; flex-wrap: wrap; margin: 1.25rem 0; }
.filter { display: flex; gap: .5rem; flex: 0 1 24rem; }
.filter input { min-width: 0; }
.filter button { flex: none; }
.numbers { display: flex; flex-wrap: wrap; gap: .4rem; }
.number {
  display: inline-flex; align-items: center; min-height: 36px; padding: 0 .8rem; border-radius: 999px; border: 1px solid var(--line);
  color: var(--ink); text-decoration: none; font-size: .9rem; font-variant-numeric: tabular-nums; white-space: nowrap;
}
.number:hover { border-color: var(--quiet); }
.number[aria-current] { background: var(--soft); border-color: transparent; color: var(--soft-ink); font-weight: 600; }
.chip {
  display: inline-block; padding: .05rem .6rem; border-radius: 999px; font-size: .8rem; font-weight: 650; white-space: nowrap;
  background: var(--paper); color: var(--quiet);
}
.chip-approved, .chip-paid { background: var(--soft); color: var(--soft-ink); }
.chip-declined, .chip-failed { background: var(--bad-soft); color: var(--bad); }
.chip-open, .chip-pending { background: var(--warn-soft); color: var(--warn); }
.hints > div { display: flex; gap: .75rem; justify-content: space-between; padding: .35rem 0; border-top: 1px solid var(--line); }
.hints > div:first-child { border-top: 0; }
.hints dt { overflow-wrap: normal; min-width: min-content; }
.hints + .quiet { margin-top: .75rem; }
.hints dd { min-width: 0; text-align: right; overflow-wrap: anywhere; color: var(--quiet); font-size: .9rem; }
.fold { padding: 0; margin-bottom: .6rem; box-shadow: none; }
.fold summary { display: flex; align-items: center; gap: .3rem .75rem; flex-wrap: wrap; padding: .75rem 1rem; min-height: 44px; cursor: pointer; }
.fold summary time { margin-left: auto; }
.fold summary .path { flex: 0 1 auto; min-width: 0; }
.fold[open] summary { border-bottom: 1px solid var(--line); }
.fold > :not(summary) { margin-left: 1rem; margin-right: 1rem; }
.fold summary + * { margin-top: .9rem; }
.fold > :last-child { margin-bottom: 1rem; }
.headers > div { display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; gap: .75rem; padding: .15rem 0; }
.headers dt { color: var(--quiet); }
.fault-form { display: grid; grid-template-columns: minmax(8rem, 1fr) minmax(0, 1.3fr); gap: .6rem 1rem; align-items: center; }
.fault-form h2, .fault-buttons { grid-column: 1 / -1; }
.fault-form h2 { margin: 0; }
.fault-buttons { display: flex; gap: .5rem; flex-wrap: wrap; margin-top: .4rem; }
.rows li { display: flex; gap: .3rem 1rem; flex-wrap: wrap; align-items: center; padding: .75rem 0; border-top: 1px solid var(--line); }
.rows time { margin-left: auto; }
.checkout { max-width: 27rem; margin: 2rem auto; }
.answers { display: grid; grid-template-columns: 1fr 1fr; gap: .6rem; margin-top: 1.25rem; }
.answers .approve { grid-column: 1 / -1; }
`;
