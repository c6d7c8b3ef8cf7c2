/** Two columns at a desk, one on a phone; plain and pale, so that nobody takes it for another gateway's page. */
export const STRIPE_STYLE = `:root { color-scheme: light; --ink: #1a1f36; --quiet: #4f566b; --line: #d5dbe1; --blue: #0055de; }
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.layout { display: grid; min-height: 100vh; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
.order { padding: 3rem clamp(1.25rem, 6vw, 5rem); background: #f6f8fa; }
.order > *, .pay > * { max-width: 26rem; }
.order > * { margin-left: auto; }
.badge { display: inline-block; padding: .1rem .5rem; border-radius: 4px; background: #ffde92; color: #6a3f00; font-size: .75rem; font-weight: 700; }
h1 { margin: 1rem 0 0 auto; font-size: 1rem; font-weight: 500; color: var(--quiet); }
.amount { display: block; font-size: 2.4rem; font-weight: 700; line-height: 1.2; color: var(--ink); font-variant-numeric: tabular-nums; }
.amount small { font-size: 1rem; font-weight: 500; }
dl { margin-top: 1.5rem; }
dt { color: var(--quiet); font-size: .9rem; }
dd { margin: 0 0 .75rem; overflow-wrap: anywhere; }
.code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .85rem; }
.pay { padding: 3rem clamp(1.25rem, 6vw, 5rem); box-shadow: -10px 0 30px rgb(60 66 87 / .08); }
h2 { margin: 0 0 1rem; font-size: 1.25rem; }
label { display: block; margin-top: .9rem; font-size: .9rem; font-weight: 500; color: var(--quiet); }
input { width: 100%; min-height: 44px; padding: .4rem .75rem; border: 1px solid var(--line); border-radius: 6px; font: inherit; color: inherit; background: #fff; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
button { width: 100%; min-height: 44px; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: 6px; background: #fff; color: inherit; font: inherit; font-weight: 600; cursor: pointer; }
button.confirm { margin-top: 1.25rem; background: var(--blue); border-color: var(--blue); color: #fff; }
.back { margin-top: .75rem; }
.error { padding: .6rem .75rem; border-radius: 6px; background: #fdecee; color: #a41c4e; }
.over { padding: .75rem 1rem; border-radius: 6px; background: #f6f8fa; }
.cards { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--line); }
.cards button { display: flex; flex-wrap: wrap; align-content: center; gap: 0 .75rem; justify-content: space-between; text-align: left; margin-top: .4rem; font-weight: 400; font-size: .9rem; }
.cards p { margin: 0; color: var(--quiet); font-size: .9rem; }
:focus-visible { outline: 3px solid #96b8f5; outline-offset: 2px; }
@media (max-width: 48rem) {
  .layout { grid-template-columns: minmax(0, 1fr); align-content: start; }
  .order, .pay { padding: 1.25rem; box-shadow: none; }
  .order > *, .pay > * { max-width: none; margin-left: 0; }
}
`;
