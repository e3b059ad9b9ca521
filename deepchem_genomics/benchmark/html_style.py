"""How the report's page looks: light or dark as the reader's system is, on a desk or on a phone."""

__all__ = ["STYLE"]

STYLE = """
:root { --ink: #1b1f24; --soft: #57606a; --page: #ffffff; --line: #e4e7eb; --band: #f6f8fa;
  --model: #0072B2; --baseline: #D55E00; --link: #0b5fa5; --warn: #fff4d6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ea; --soft: #a2abb5; --page: #16191d; --line: #33393f; --band: #1f2429;
    --model: #4aa8e0; --baseline: #f08a4b; --link: #7cbcf0; --warn: #3d3211; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem clamp(0.8rem, 3vw, 2rem) 4rem; color: var(--ink);
  background: var(--page); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
h1 { font-size: 1.7rem; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 0 0 0.8rem; line-height: 1.3; }
h2 code { font-size: 0.95em; background: var(--band); padding: 0.1em 0.35em; border-radius: 4px; }
a { color: var(--link); }
section { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: 1.5rem; }
dl { margin: 0 0 1.2rem; font-size: 0.92rem; }
dl div { display: grid; grid-template-columns: 9rem 1fr; gap: 0.2rem 1rem; padding: 0.15rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
#recipes dl div { grid-template-columns: 15rem 1fr; }
nav ul { list-style: none; padding: 0; columns: 2 22rem; font-size: 0.95rem; }
nav li { padding: 0.15rem 0; break-inside: avoid; }
nav a { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.92em; }
details { font-size: 0.92rem; max-width: 48rem; }
summary { cursor: pointer; color: var(--link); }
.simulated { font-size: 0.75rem; font-weight: 600; border: 1px solid currentColor; border-radius: 4px;
  padding: 0 0.35em; white-space: nowrap; }
.warning { background: var(--warn); border-radius: 6px; padding: 0.6rem 1rem; margin-bottom: 1rem; }
.warning p, .warning ul { margin: 0.2rem 0; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; font-size: 0.86rem; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: 0.4rem 0.7rem; text-align: right; vertical-align: top; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--line); }
thead th { background: var(--band); font-weight: 600; vertical-align: bottom; }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--page); font-weight: 500;
  min-width: 12rem; max-width: 17rem; white-space: normal; }
thead th:first-child { background: var(--band); }
th:last-child, td.prose { text-align: left; }
.published td.prose { min-width: 30rem; }
td.prose { white-space: normal; color: var(--soft); font-size: 0.8rem; line-height: 1.35; }
small { display: block; color: var(--soft); font-size: 0.78rem; font-weight: 400; }
.mark { display: inline-block; width: 0.6em; height: 0.6em; border-radius: 50%; margin-right: 0.45em; }
.model .mark { background: var(--model); }
.baseline .mark { background: var(--baseline); }
.published .mark { border: 1.5px solid var(--soft); border-radius: 0; transform: rotate(45deg) scale(0.85); }
.published th, .published td { font-style: italic; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 1.5rem;
  margin-top: 1.5rem; align-items: start; }
figure { margin: 0; min-width: 0; }
figure svg { display: block; height: auto; }
figcaption { color: var(--soft); font-size: 0.85rem; margin-top: 0.4rem; max-width: 34rem; }
@media (max-width: 600px) {
  dl div, #recipes dl div { grid-template-columns: 1fr; gap: 0; padding: 0.3rem 0; }
  th:first-child { min-width: 8rem; max-width: 9rem; overflow-wrap: anywhere; }
  #recipes dt { padding-top: 0.4rem; }
  th, td { padding: 0.35rem 0.5rem; }
}
@media print { .scroll { overflow: visible; } section { break-before: page; } }
"""
"""The style sheet. Colors of the marks are those of the figures."""
