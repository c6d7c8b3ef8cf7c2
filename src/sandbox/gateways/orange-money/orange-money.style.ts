/** Orange on black, square corners: nobody takes it for another gateway's page. */
export const ORANGE_STYLE = `:root { color-scheme: light; }
*, *::before, *::after { box-sizing: border-box; }
body { margin: 0; background: #f4f4f4; color: #000; font: 16px/1.5 "Helvetica Neue", Arial, sans-serif; }
header { display: flex; align-items: center; gap: .75rem; padding: 1rem 1.25rem; background: #000; color: #fff; font-weight: 700; }
header small { margin-left: auto; font-weight: 400; color: #ccc; }
.mark { width: 2rem; height: 2rem; background: #ff7900; border-bottom: .3rem solid #fff; }
main { max-width: 26rem; margin: 1.5rem auto; padding: 1.25rem; background: #fff; border-top: 4px solid #ff7900; }
h1 { margin: 0 0 1rem; font-size: 1.1rem; font-weight: 400; }
.amount { display: block; font-size: 2.2rem; font-weight: 700; line-height: 1.1; font-variant-numeric: tabular-nums; }
.amount small { font-size: 1rem; font-weight: 400; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 0 0 1.25rem; padding-bottom: 1rem; border-bottom: 1px solid #ddd; }
dt { color: #595959; }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
.code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .85rem; }
label { display: block; margin-top: .75rem; font-weight: 700; }
input, button { width: 100%; min-height: 48px; padding: .5rem .75rem; border: 2px solid #000; background: #fff; color: #000; font: inherit; }
.hint { margin: .5rem 0 1rem; color: #595959; font-size: .9rem; }
button { margin-top: .6rem; font-weight: 700; cursor: pointer; }
.confirm { background: #ff7900; border-color: #ff7900; }
:focus-visible { outline: 3px solid #000; outline-offset: 2px; }
.over { margin: 0; padding: .75rem 1rem; background: #f4f4f4; }
@media (max-width: 27rem) { main { margin: 0; min-height: calc(100vh - 4rem); } }
`;
