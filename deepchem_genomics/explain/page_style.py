"""How the page looks: light or dark as the reader's system is, on a desk or on a phone."""

__all__ = ["STYLE"]

STYLE = """
:root { --ink: #1b1f24; --soft: #57606a; --page: #ffffff; --line: #e4e7eb; --band: #f6f8fa; --link: #0b5fa5; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ea; --soft: #a2abb5; --page: #16191d; --line: #33393f; --band: #1f2429; --link: #7cbcf0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 80rem; padding: 1rem clamp(0.8rem, 3vw, 2rem) 4rem; color: var(--ink);
  background: var(--page); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif; }
h1 { font-size: 1.6rem; margin: 0.5rem 0 1rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 0 0 0.6rem; line-height: 1.3; }
a { color: var(--link); }
code { font-size: 0.92em; overflow-wrap: anywhere; }
p { max-width: 52rem; margin: 0 0 0.8rem; overflow-wrap: anywhere; }
section { border-top: 1px solid var(--line); margin-top: 2.2rem; padding-top: 1.4rem; }
dl { margin: 0 0 1.2rem; font-size: 0.92rem; }
dl div { display: grid; grid-template-columns: 9rem 1fr; gap: 0.2rem 1rem; padding: 0.15rem 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
nav ol { margin: 0; padding-left: 1.4rem; columns: 2 20rem; font-size: 0.95rem; }
figure { margin: 0 0 1.6rem; }
.wide { overflow-x: auto; background: #ffffff; border: 1px solid var(--line); border-radius: 6px; padding: 0.5rem; }
.wide img { display: block; max-width: 100%; height: auto; }
figcaption { color: var(--soft); font-size: 0.88rem; margin-top: 0.4rem; max-width: 52rem; overflow-wrap: anywhere; }
.skipped { color: var(--soft); border-left: 3px solid var(--line); padding-left: 0.8rem; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; margin-bottom: 0.4rem; }
table { border-collapse: collapse; font-size: 0.86rem; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: 0.35rem 0.7rem; text-align: left; vertical-align: top; white-space: nowrap; }
td.number, th.number { text-align: right; }
tbody tr { border-top: 1px solid var(--line); }
thead th { background: var(--band); font-weight: 600; }
.more { color: var(--soft); font-size: 0.85rem; }
@media (max-width: 600px) {
  dl div { grid-template-columns: 1fr; gap: 0; padding: 0.3rem 0; }
  .wide img.scrolls { max-width: none; max-height: 60vh; }
  th, td { padding: 0.35rem 0.5rem; }
}
@media print { .scroll, .wide { overflow: visible; } section { break-inside: avoid-page; } }
"""
"""The style sheet."""
