<?xml version="1.0" encoding="UTF-8"?>
<!-- How pages look: light and dark, on a phone, on paper. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template name="look">
    <style>
      :root { color-scheme: light dark; --good: #1a7f4b; --part: #8f5500; --bad: #b3261e; --quiet: #5c5c6c; --line: #dde; --text: #223; --page: #fff; --note: #eef5ff; --code: #f4f5f9; --warn: #fff4e0; --link: #0b57d0; }
      @media (prefers-color-scheme: dark) { :root { --good: #5fce93; --part: #f0b254; --bad: #ff8a80; --quiet: #a9abbd; --line: #3a3c4e; --text: #e6e6ee; --page: #16171d; --note: #1d2a3f; --code: #23252f; --warn: #3a2c10; --link: #8ab4f8; } }
      * { box-sizing: border-box; }
      body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); margin: 0 auto; max-width: 60rem; padding: 1rem; }
      a { color: var(--link); }
      h3 { font-size: 1rem; display: inline; margin: 0; }
      .cause { margin: 1rem 0; }
      .cause > p { margin: .25rem 0; }
      h1 { font-size: 1.5rem; margin: .5rem 0 0; }
      h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 2px solid var(--line); }
      .score { font-size: 2.6rem; font-weight: 700; line-height: 1.2; }
      .score small, .quiet { color: var(--quiet); font-weight: 400; font-size: 1rem; }
      .small { font-size: .85rem; }
      table { border-collapse: collapse; width: 100%; }
      td, th { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
      td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
      .bar { display: block; width: 100%; height: .5rem; min-width: 5rem; margin-top: .5rem; }
      .bar .all { fill: var(--line); } .bar .part { fill: var(--good); }
      .bar .mark { stroke: var(--bad); stroke-width: 2; vector-effect: non-scaling-stroke; }
      details, .case { border: 1px solid var(--line); border-left: .35rem solid var(--quiet); border-radius: .3rem; padding: .5rem .75rem; margin: .5rem 0; break-inside: avoid; }
      .passed { border-left-color: var(--good); } .partial { border-left-color: var(--part); }
      .failed, .broken { border-left-color: var(--bad); }
      .state { font-weight: 600; font-size: .85rem; }
      .passed .state { color: var(--good); } .partial .state { color: var(--part); }
      .failed .state, .broken .state { color: var(--bad); }
      .case p { margin: .25rem 0; overflow-wrap: anywhere; }
      .why, .case p.why { background: var(--note); border-radius: .3rem; padding: .4rem .6rem; margin: .4rem 0; }
      .points { float: right; font-variant-numeric: tabular-nums; }
      pre { background: var(--code); padding: .5rem; overflow-x: auto; font-size: .8rem; max-height: 24rem; }
      code { background: var(--code); padding: 0 .2rem; overflow-wrap: anywhere; }
      .warning { background: var(--warn); border-left: .35rem solid var(--part); padding: .5rem .75rem; }
      footer { margin-top: 2rem; border-top: 2px solid var(--line); overflow-wrap: anywhere; }
      summary { cursor: pointer; }
      @media (max-width: 30rem) { .wide { display: none; } td, th { padding: .3rem .2rem; } }
      @media print { body { max-width: none; } pre { max-height: none; overflow: visible; } }
    </style>
  </xsl:template>
</xsl:stylesheet>
