import Rows
import Tables

/// The report's page, in Mustache, and its style.
enum ReportTemplate {
  static let page = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>RSS: semantic segmentation with reward. Report</title>
    <style>
    {{{style}}}
    </style>
    </head>
    <body>
    <a class="skip" href="#main">Skip to the results</a>
    <header>
    <h1>Semantic segmentation with reward</h1>
    <p>An open reproduction of Xie Ting, Ye Huang, Zhilin Liu, Lixin Duan, arXiv 2505.17905 (2025). Every number on this page was
    measured by this repository, on its own data and scale; none is the paper's. Made by <code>rss report</code>.</p>
    <nav aria-label="Contents"><ul>
    {{#hasClaims}}<li><a href="#claims">Claims</a></li>{{/hasClaims}}
    {{#tables}}<li><a href="#{{id}}">{{caption}}</a></li>
    {{/tables}}
    {{#figures}}<li><a href="#{{id}}">Figure: {{title}}{{{titleHTML}}}</a></li>
    {{/figures}}
    <li><a href="#provenance">Where the numbers come from</a></li>
    </ul></nav>
    </header>
    <main id="main">
    {{#hasClaims}}<section id="claims" class="claims">
    {{{claims}}}</section>{{/hasClaims}}
    <section aria-labelledby="tables">
    <h2 id="tables">Tables</h2>
    {{#tables}}
    <h3 id="{{id}}">{{caption}}</h3>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="{{id}}">
    <table aria-labelledby="{{id}}">
    <thead><tr>{{#columns}}<th scope="col"{{#isNumber}} class="number"{{/isNumber}}>{{text}}</th>{{/columns}}</tr></thead>
    <tbody>
    {{#rows}}<tr>{{#cells}}{{#isHeader}}<th scope="row">{{text}}</th>{{/isHeader}}{{#isCell}}<td{{#isNumber}} class="number"{{/isNumber}}>{{text}}{{#interval}}<span class="interval">{{interval}}</span>{{/interval}}</td>{{/isCell}}{{/cells}}</tr>
    {{/rows}}
    </tbody>
    </table>
    </div>
    {{#notes}}<p class="note">{{.}}</p>
    {{/notes}}
    {{/tables}}
    </section>
    <section aria-labelledby="figures">
    <h2 id="figures">Figures</h2>
    {{#figures}}
    <figure id="{{id}}">
    <div class="scroll" tabindex="0" role="region" aria-label="Figure: {{title}}{{{titleHTML}}}">
    {{#svg}}{{{svg}}}{{/svg}}{{#png}}<img alt="{{{titleHTML}}}. {{{descriptionHTML}}}" src="data:image/png;base64,{{{png}}}">{{/png}}
    </div>
    {{#caption}}<figcaption>{{caption}}</figcaption>{{/caption}}
    </figure>
    {{/figures}}
    </section>
    <section id="provenance">
    <h2>Where the numbers come from</h2>
    <dl>
    {{#provenance}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/provenance}}
    </dl>
    {{#hasWarnings}}<h3>Left out</h3><ul>{{#warnings}}<li>{{.}}</li>{{/warnings}}</ul>{{/hasWarnings}}
    <details><summary>All runs</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="All runs">
    <table aria-label="All runs">
    <thead><tr><th scope="col">Row</th><th scope="col" class="number">Seed</th><th scope="col" class="number">mIoU</th><th scope="col" class="number">Steps</th><th scope="col" class="number">Reward queries</th><th scope="col" class="number">Seconds</th><th scope="col">Commit</th><th scope="col">Date</th></tr></thead>
    <tbody>
    {{#runs}}<tr><th scope="row">{{row}}</th><td class="number">{{seed}}</td><td class="number">{{mIoU}}</td><td class="number">{{steps}}</td><td class="number">{{queries}}</td><td class="number">{{seconds}}</td><td>{{commit}}</td><td>{{date}}</td></tr>
    {{/runs}}
    </tbody>
    </table>
    </div>
    </details>
    </section>
    </main>
    </body>
    </html>

    """

  /// Figures keep the width at which their text is 7 points or more, and scroll where a screen is narrower. A box that scrolls has a
  /// shade at the edge beyond which there is more: the shades stay, and pieces of paper that scroll along cover them at the ends.
  static let style = """
    :root { color-scheme: light dark; --ink: #1a1a1a; --muted: #595959; --grid: #dedede; --paper: #ffffff; --link: #0058a3; --shade: #0003; }
    @media (prefers-color-scheme: dark) {
    :root { --ink: #e8e8e8; --muted: #b0b0b0; --grid: #3c3f44; --paper: #15171a; --link: #7ab8f5; --shade: #fff4; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 76rem; padding: 1rem; font: 1rem/1.55 system-ui, sans-serif; color: var(--ink);
    background: var(--paper); }
    h1 { font-size: 1.7rem; line-height: 1.2; } h2 { font-size: 1.35rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin: 2rem 0 .3rem; }
    a { color: var(--link); }
    .skip { position: absolute; left: -100rem; } .skip:focus { position: static; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    p, li, dd { max-width: 46rem; }
    nav ul { padding-left: 1.2rem; } section { margin-top: 2rem; }
    .scroll { overflow-x: auto; max-width: 100%;
    background: linear-gradient(to right, var(--paper) 40%, transparent) left / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 40%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / 1rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / 1rem 100% no-repeat scroll; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem; }
    .interval { display: block; color: var(--muted); font-size: .85em; }
    th, td { padding: .35rem .8rem .35rem 0; text-align: left; vertical-align: top; white-space: nowrap; border-bottom: 1px solid var(--grid); }
    .number { text-align: right; } thead th { white-space: normal; vertical-align: bottom; border-bottom: 2px solid var(--muted); }
    tbody th { font-weight: 400; }
    @media (max-width: 40rem) { th, td { padding-right: .6rem; } tbody th:nth-child(2) { white-space: normal; min-width: 6.5rem; } }
    .note, figcaption { color: var(--muted); font-size: .9rem; }
    figure { margin: 2.5rem 0; } figure svg, figure img { display: block; width: 100%; height: auto; min-width: 42rem; }
    figure img { background: #fff; border-radius: 4px; }
    .claims table { display: block; overflow-x: auto; } .claims td, .claims th { white-space: normal; text-align: left; vertical-align: top; }
    dt { font-weight: 700; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
    summary { cursor: pointer; font-weight: 700; padding: .5rem 0; }
    @media print { .scroll { overflow: visible; } figure { break-inside: avoid; } figure svg, figure img { min-width: 0; } }
    """
}
