/** The virtual phone: a handset on a desk, the whole width on a real phone. */
export const PHONE_STYLE = `
.phone-layout {
  display: grid; gap: 1.25rem clamp(1.5rem, 4vw, 3.5rem); align-items: start;
  grid-template: "device intro" auto "device side" 1fr / minmax(0, 25rem) minmax(0, 1fr);
}
.device::before, .device::after { content: ''; position: absolute; z-index: 1; left: 50%; translate: -50%; border-radius: 99px; pointer-events: none; }
.device::before { top: 1.55rem; width: 5.2rem; height: 1.35rem; background: #0b0f0d; }
.device::after { bottom: 1.35rem; width: 7.5rem; height: .3rem; background: rgb(255 255 255 / .8); box-shadow: 0 0 0 1px rgb(0 0 0 / .12); }
.phone-intro { grid-area: intro; }
.phone-intro > :last-child { margin-bottom: 0; }
.phone-side { grid-area: side; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
.device {
  grid-area: device; position: sticky; top: 1rem; padding: .8rem; border-radius: 3.4rem; background: #0b0f0d;
  box-shadow: 0 0 0 2px #2b3430, 0 0 0 5px #0b0f0d, 0 30px 60px -20px rgb(8 30 22 / .55);
}
.screen {
  display: flex; flex-direction: column; gap: .8rem; height: min(46rem, calc(100vh - 9rem)); min-height: 34rem;
  padding: .9rem 1rem 2.2rem; overflow-y: auto; border-radius: 2.7rem; color: #fff; scrollbar-width: none;
  background:
    radial-gradient(120% 60% at 15% 0%, #1d8f6a 0%, transparent 60%),
    radial-gradient(110% 70% at 100% 100%, #1b4f8f 0%, transparent 62%),
    linear-gradient(160deg, #0c4a3a, #0a2440 75%);
}
.screen:focus-visible { outline-offset: -6px; border-radius: 2.7rem; }
.screen > * { flex: none; }
.status-bar {
  display: flex; justify-content: space-between; align-items: center; padding: .1rem .9rem .3rem; font-size: .88rem;
  font-weight: 650; font-variant-numeric: tabular-nums;
}
.status-icons { display: inline-flex; gap: .45rem; align-items: center; }
.status-icons svg { fill: #fff; }
.battery { width: 1.5rem; height: .75rem; border: 1.5px solid rgb(255 255 255 / .85); border-radius: 4px; padding: 1.5px; }
.battery::before { content: ''; display: block; width: 72%; height: 100%; border-radius: 1.5px; background: #fff; }
.idle { flex: 1 0 auto; display: grid; place-content: center; justify-items: center; gap: .4rem; text-align: center; padding: 2rem .5rem; }
.idle-clock { margin: 0; font-size: 5rem; line-height: 1; font-weight: 250; letter-spacing: -.03em; font-variant-numeric: tabular-nums; }
.idle-text { margin: 0; color: rgb(255 255 255 / .82); }
.waiting-count { margin: .2rem .9rem 0; font-weight: 600; color: rgb(255 255 255 / .9); font-size: .92rem; }

.prompt, .checkout { container-type: inline-size; }
.prompt {
  padding: 1.1rem 1.1rem 1.15rem; border-radius: 1.7rem; background: #fff; color: #14211c;
  box-shadow: 0 18px 40px -12px rgb(0 0 0 / .45);
}
.prompt header { display: flex; justify-content: space-between; align-items: center; gap: .6rem; }
.network { display: inline-flex; align-items: center; gap: .5rem; font-weight: 650; font-size: .92rem; }
.network::before { content: ''; width: .95rem; height: .95rem; border-radius: 50%; background: #0b6b4c; }
.network-AIRTEL::before { background: #e4002b; }
.network-TIGO::before { background: #f7b500; }
.network-MPESA::before { background: #3fae2a; }
.network-HALOPESA::before { background: #f26f21; }
.network-AZAMPESA::before { background: #0067b1; }
.network-MTN::before { background: #ffcb05; }
.network-ORANGE::before { background: #ff7900; }
.network-WAVE::before { background: #1dc8ff; }
.countdown {
  padding: .1rem .6rem; border-radius: 999px; background: #eef3f0; font-size: .85rem; font-weight: 650;
  font-variant-numeric: tabular-nums; white-space: nowrap;
}
.countdown time { color: inherit; }
.countdown.is-short { background: #fbe3e0; color: #a3201a; }
.prompt h2, .checkout h1 { display: grid; margin: 1rem 0 .9rem; font-weight: 700; }
.ask { font-size: 1rem; font-weight: 500; color: #51605a; letter-spacing: 0; overflow-wrap: anywhere; }
.amount {
  display: flex; align-items: baseline; gap: .18em; font-size: clamp(1.6rem, 13cqi, 2.6rem); line-height: 1.15; letter-spacing: -.03em;
  font-variant-numeric: tabular-nums; white-space: nowrap;
}
.amount small { font-size: .5em; font-weight: 600; letter-spacing: 0; color: #51605a; }
.prompt dl { display: grid; gap: .25rem; font-size: .9rem; }
.prompt dl > div, .checkout dl > div { display: flex; justify-content: space-between; gap: 1rem; }
.prompt dt { color: #51605a; flex: none; }
.prompt dd { text-align: right; min-width: 0; }
.prompt progress {
  appearance: none; display: block; width: 100%; height: 4px; margin: 1rem 0 0; border: 0; border-radius: 4px; overflow: hidden; background: #e8eeeb;
}
.prompt progress::-webkit-progress-bar { background: #e8eeeb; }
.prompt progress::-webkit-progress-value { background: #0b8a60; transition: inline-size .5s linear; }
.prompt progress::-moz-progress-bar { background: #0b8a60; }
.prompt form { display: grid; grid-template-columns: 1fr 1fr; gap: .55rem; margin-top: 1rem; }
.approve, .decline, .ignore { min-height: 52px; border-radius: 15px; font-size: 1.02rem; }
.approve { background: #0b7a54; border-color: #0b7a54; color: #fff; }
.approve:hover { background: #086244; border-color: #086244; }
.prompt .approve { grid-column: 1 / -1; min-height: 58px; font-size: 1.12rem; }
.prompt .decline, .prompt .ignore { background: #f3f5f4; border-color: #f3f5f4; color: #14211c; }
.decline, .prompt .decline { color: #a3201a; }
.prompt .decline:hover, .prompt .ignore:hover { border-color: #b7c2bc; }
.prompt button:active { transform: scale(.98); }

.message {
  display: flex; align-items: center; gap: .75rem; padding: .65rem .85rem; border-radius: 1.2rem;
  background: rgb(8 24 20 / .45); border: 1px solid rgb(255 255 255 / .14);
}
.message-text { flex: 1; min-width: 0; line-height: 1.35; }
.message-text p { display: flex; gap: .4rem; margin: 0; font-size: .93rem; white-space: nowrap; }
.message-text time { margin-left: auto; color: rgb(255 255 255 / .8); font-size: .78rem; }
.message small { display: block; color: rgb(255 255 255 / .8); overflow-wrap: anywhere; }
.message-mark {
  flex: none; display: grid; place-items: center; width: 2rem; height: 2rem; border-radius: 50%; background: rgb(255 255 255 / .2); font-weight: 700;
}
.message-approved .message-mark { background: #12a06f; }
.message-declined .message-mark { background: #c8372d; }

.activity li { padding: .6rem 0; border-top: 1px solid var(--line); }
.activity li:first-child { border-top: 0; padding-top: 0; }
.activity li:last-child { padding-bottom: 0; }
.activity-line { display: flex; flex-wrap: wrap; align-items: center; gap: .1rem .75rem; font-size: .93rem; }
.activity-line time { margin-left: auto; }
.activity-line .code { color: var(--quiet); }
.activity-line form { display: inline; font-size: .88rem; }
.phone-side .filter { margin-bottom: .75rem; }

@media (max-width: 52rem) {
  .phone-layout { grid-template: "intro" "device" "side" / minmax(0, 1fr); }
  .phone-intro .lead { display: none; }
  .phone-layout { gap: 1rem; }
  .device::before, .device::after { content: none; }
  .device { position: static; margin: 0 -1rem; padding: 0; border-radius: 0; box-shadow: none; background: none; }
  .screen { height: auto; min-height: 60vh; min-height: 60svh; border-radius: 0; padding: .9rem .9rem 1.5rem; overflow: visible; }
}
@media (prefers-reduced-motion: no-preference) {
  .prompt.is-new { animation: ring .5s cubic-bezier(.2, .9, .3, 1.2); }
  @keyframes ring { from { transform: translateY(2.5rem) scale(.96); opacity: 0; } }
}
@media (prefers-color-scheme: dark) {
  .checkout .ask, .checkout .amount small { color: var(--quiet); }
}
`;
