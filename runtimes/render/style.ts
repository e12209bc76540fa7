/** The page's whole style; its hash stands in the page's policy. */
export const style = `
:root{color-scheme:light dark;--paper:#fdfdfc;--ink:#1c2126;--soft:#5a636c;--line:#d9dde1;--tint:#f1f4f6;--accent:#0b5f7a;--warn:#8a4b00;--warn-tint:#fdf3e3;--bad:#9b1c2e;--good:#17693a;--figure:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#14181b;--ink:#e6e9ec;--soft:#a5afb8;--line:#343b42;--tint:#1d2328;--accent:#7cc4dc;--warn:#f0b862;--warn-tint:#2c2417;--bad:#f08c99;--good:#7fcf9e;--figure:#fff}}
*{box-sizing:border-box}
html{font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%}
body{margin:0}
.skip{position:absolute;left:-999em}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem;border:2px solid var(--accent);z-index:1}
header,main,footer{max-width:54rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:2.75rem}
.kicker{margin:0;color:var(--soft);font-size:.875rem;letter-spacing:.02em}
h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.25rem);line-height:1.2;margin:.35rem 0 .4rem;text-wrap:balance}
.question{margin:0;color:var(--soft);font-size:1.1rem}
.facts{display:flex;flex-wrap:wrap;gap:.35rem 1.75rem;margin:1.4rem 0 0;padding:.8rem 0;border-block:1px solid var(--line);font-size:.875rem}
.facts div{min-width:0}.facts dt{color:var(--soft)}.facts dd{margin:0;overflow-wrap:anywhere}
section{margin:2.5rem 0}
h2{font-size:1.25rem;margin:0 0 .75rem}
h3{font-size:1rem;margin:0 0 .35rem}
p{margin:.5rem 0}
.summary p{font-size:1.1rem;text-wrap:pretty}
ul,ol{padding-left:1.25rem;margin:.5rem 0}
li{margin:.35rem 0}
.notice{border-left:4px solid var(--warn);background:var(--warn-tint);padding:.75rem 1rem;margin:.6rem 0;border-radius:0 4px 4px 0}
.notice strong{color:var(--warn)}
.checks{list-style:none;padding:0}
.checks li{display:grid;grid-template-columns:8.5rem 1fr;gap:.25rem 1rem;padding:.7rem 0;border-bottom:1px solid var(--line);margin:0}
.checks p{margin:.15rem 0 0;color:var(--soft)}
.verdict{font-weight:600;white-space:nowrap}
.met{color:var(--good)}.violated{color:var(--bad)}.doubtful{color:var(--warn)}.not_checked{color:var(--soft)}
.scroll{overflow-x:auto;margin:1rem 0}
.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.925rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:0 0 .5rem}
th,td{padding:.4rem .75rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--soft);white-space:nowrap}
thead th{border-bottom:2px solid var(--line);white-space:normal;vertical-align:bottom}
tbody th{color:var(--ink)}
th:first-child,td:first-child{padding-left:0}
.number{text-align:right}td.number{white-space:nowrap}
figure{margin:1.5rem 0}
.drawing{background:var(--figure);border:1px solid var(--line);border-radius:6px;padding:1rem;overflow-x:auto}
.drawing svg{display:block;margin:0 auto;max-width:100%;height:auto}
figcaption{margin-top:.6rem;color:var(--soft);font-size:.9rem}
figcaption strong{color:var(--ink)}
pre{background:var(--tint);border:1px solid var(--line);border-radius:6px;padding:1rem;overflow-x:auto;font:.875rem/1.5 ui-monospace,"SF Mono",Consolas,"Liberation Mono",monospace}
code,.digest{font-family:ui-monospace,"SF Mono",Consolas,"Liberation Mono",monospace;font-size:.875em;overflow-wrap:anywhere}
.record{display:grid;grid-template-columns:minmax(8rem,13rem) 1fr;gap:.35rem 1.25rem;font-size:.9rem;margin:0}
.record dt{color:var(--soft)}.record dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer;font-weight:600;padding:.35rem 0}
footer{padding-bottom:3rem;color:var(--soft);font-size:.875rem;border-top:1px solid var(--line);padding-top:1rem}
@media (max-width:34rem){.checks li,.record{grid-template-columns:1fr}.record dt{margin-top:.5rem}}
@media print{:root{--paper:#fff;--ink:#000;--soft:#444;--line:#bbb;--tint:#f6f6f6;--figure:#fff}html{font-size:10.5pt}header,main,footer{max-width:none;padding-inline:0}section,figure,tr{break-inside:avoid}.scroll,.drawing,pre{overflow:visible}pre{white-space:pre-wrap}details>*{display:block}.skip{display:none}}
`.trim();
