<?xml version="1.0" encoding="UTF-8"?>
<!-- Makes the demo's page: the samples with their scores, the experiments with their pictures. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>

  <xsl:template match="/demo">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>CS231n in C: the demo</title>
        <style>
          * { box-sizing: border-box; }
          body { font: 16px/1.5 system-ui, sans-serif; color: #223; margin: 0 auto; max-width: 64rem; padding: 1rem; }
          h1 { margin-bottom: .25rem; } h2 { margin-top: 2rem; border-bottom: 2px solid #dde; }
          table { border-collapse: collapse; width: 100%; }
          td, th { text-align: left; padding: .35rem .5rem; border-bottom: 1px solid #dde; vertical-align: top; }
          .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
          .quiet { color: #667; font-size: .9rem; }
          .pictures { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
          .pictures svg, .pictures img { max-width: 100%; height: auto; border: 1px solid #dde; }
          .pictures img { image-rendering: pixelated; }
          figure { margin: 0; max-width: 100%; } figcaption { color: #667; font-size: .85rem; }
          pre { background: #f4f5f9; padding: .75rem; overflow-x: auto; font-size: .85rem; }
          @media (max-width: 40rem) { .wide { display: none; } }
        </style>
      </head>
      <body>
        <h1>CS231n in C</h1>
        <p class="quiet"><code>make demo</code> graded the reference solution, the untouched stub and a few sample submissions, and ran experiments with the reference on Fashion-MNIST and on made scenes.</p>
        <xsl:for-each select="sample[not(result/assignment = preceding-sibling::sample/result/assignment)]">
          <xsl:variable name="assignment" select="result/assignment"/>
          <h2><xsl:value-of select="result/title"/></h2>
          <table>
            <tr>
              <th>Submission</th><th class="wide">Description</th>
              <xsl:for-each select="result/questions/item">
                <th class="number wide"><xsl:value-of select="name"/></th>
              </xsl:for-each>
              <th class="number">Points</th>
            </tr>
            <xsl:for-each select="/demo/sample[result/assignment = $assignment]">
              <tr>
                <td><a href="{name}/report.html"><xsl:value-of select="substring-after(name, '/')"/></a></td>
                <td class="wide"><xsl:value-of select="what"/></td>
                <xsl:for-each select="result/questions/item">
                  <td class="number wide"><xsl:value-of select="score"/></td>
                </xsl:for-each>
                <td class="number"><b><xsl:value-of select="result/score"/></b><xsl:value-of select="concat(' of ', result/max_score)"/></td>
              </tr>
            </xsl:for-each>
          </table>
        </xsl:for-each>
        <xsl:for-each select="experiment">
          <xsl:variable name="experiment" select="name"/>
          <h2><xsl:value-of select="concat('Experiment: ', what)"/></h2>
          <pre><xsl:for-each select="findings/item"><xsl:value-of select="."/><xsl:text>&#10;</xsl:text></xsl:for-each></pre>
          <div class="pictures">
            <xsl:for-each select="/demo/plot[starts-with(@name, concat($experiment, '/'))]">
              <xsl:variable name="file" select="substring-after(@name, '/')"/>
              <figure>
                <xsl:copy-of select="*[local-name() = 'svg']"/>
                <xsl:if test="png"><img alt="{$file}" src="data:image/png;base64,{png}"/></xsl:if>
                <figcaption><xsl:value-of select="translate(substring-before($file, '.'), '-_', '  ')"/></figcaption>
              </figure>
            </xsl:for-each>
          </div>
        </xsl:for-each>
        <p class="quiet"><xsl:value-of select="concat('Sandbox layers in force: ', sample[1]/result/environment/sandbox, '. Seed ', sample[1]/result/seed, '.')"/></p>
      </body>
    </html>
  </xsl:template>
</xsl:stylesheet>
