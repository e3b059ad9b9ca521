"""How the page of a design looks: light or dark as the reader's system is, on a desk or on a phone."""

__all__ = ["STYLE"]

STYLE = """
:root { --ink: #1b1f24; --soft: #57606a; --page: #ffffff; --line: #e4e7eb; --band: #f6f8fa;
  --model: #0072B2; --chosen: #D55E00; --link: #0b5fa5; --warn: #fff4d6; --on-chosen: #ffffff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ea; --soft: #a2abb5; --page: #16191d; --line: #33393f; --band: #1f2429;
    --model: #4aa8e0; --chosen: #f08a4b; --link: #7cbcf0; --warn: #3d3211; --on-chosen: #16191d; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1rem clamp(0.8rem, 3vw, 2rem) 4rem; color: var(--ink);
  background: var(--page); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
h1 { font-size: 1.7rem; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 0 0 0.4rem; line-height: 1.3; overflow-wrap: anywhere; }
a { color: var(--link); }
section { border-top: 1px solid var(--line); margin-top: 2rem; padding-top: 1.2rem; }
p { max-width: 48rem; margin: 0.4rem 0 0.8rem; overflow-wrap: anywhere; }
.soft { color: var(--soft); font-size: 0.92rem; }
dl { margin: 0 0 1.2rem; font-size: 0.92rem; }
dl div { display: grid; grid-template-columns: 13rem 1fr; gap: 0.2rem 1rem; padding: 0.15rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
nav ul { list-style: none; padding: 0; columns: 3 16rem; font-size: 0.92rem; }
nav li { padding: 0.15rem 0; break-inside: avoid; overflow-wrap: anywhere; }
.warning { background: var(--warn); border-radius: 6px; padding: 0.6rem 1rem; margin: 1rem 0; }
.warning p { margin: 0.2rem 0; max-width: none; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin: 0.8rem 0; }
svg.map { display: block; width: 100%; min-width: 640px; height: auto; font: 13px system-ui, Arial, sans-serif; }
.grid { stroke: var(--line); } .axis { stroke: var(--soft); } .tick { fill: var(--soft); }
.band { fill: var(--model); opacity: 0.15; } .efficacy { fill: none; stroke: var(--model); stroke-width: 1.5; }
.utr { stroke: var(--soft); stroke-width: 3; } .cds { fill: var(--soft); } .cds-name { fill: var(--page); }
.stem { stroke: var(--chosen); stroke-width: 1.2; stroke-dasharray: 3 2; } .site { fill: var(--chosen); }
.number { fill: var(--on-chosen); font-size: 11px; font-weight: 600; }
table { border-collapse: collapse; font-size: 0.86rem; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: 0.4rem 0.6rem; text-align: right; vertical-align: top; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--line); }
tr:target { background: var(--warn); }
thead th { background: var(--band); font-weight: 600; vertical-align: bottom; }
td.strands { font-family: ui-monospace, Menlo, Consolas, monospace; text-align: left; }
td.strands small { display: block; color: var(--soft); font-size: 1em; }
td.prose, th.prose { text-align: left; white-space: normal; min-width: 12rem; }
@media (max-width: 600px) {
  dl div { grid-template-columns: 1fr; gap: 0; padding: 0.3rem 0; }
  th, td { padding: 0.35rem 0.45rem; }
}
@media print { .scroll { overflow: visible; } section { break-inside: avoid; } }
"""
"""The style sheet."""
