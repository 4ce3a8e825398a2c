<?xml version="1.0" encoding="UTF-8"?>
<!-- Makes the demo's page: the samples with their scores, the experiments with their pictures. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:include href="../report/look.xsl"/>
  <xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
  <xsl:key name="caption" match="caption" use="name"/>

  <xsl:template match="/demo">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>CS231n in C: the demo</title>
        <xsl:call-template name="look"/>
        <style>
          body { max-width: 64rem; }
          .pictures { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
          .pictures svg, .pictures img { max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); }
          .pictures img { image-rendering: pixelated; min-width: min(100%, 18rem); }
          figure { margin: 0; max-width: min(100%, 42rem); } figcaption { color: var(--quiet); font-size: .9rem; }
          figure:has(img) { max-width: 100%; }
          @media (max-width: 40rem) { .wide { display: none; } }
        </style>
      </head>
      <body>
       <main>
        <h1>CS231n in C</h1>
        <p>Stanford's course on deep learning for images, with its assignments in C: this page is what one run of <code>make demo</code> on this machine found. First, submissions are graded as an instructor would grade them; their reports are what students see. Then the reference solution does the assignments' experiments, on Fashion-MNIST and on pictures that the project draws itself.</p>
        <xsl:if test="site"><p>The handouts, and demos that run in the browser: <a href="../site/index.html">the site</a>.</p></xsl:if>
        <nav aria-label="On this page">
          <ul>
            <xsl:for-each select="sample[not(result/assignment = preceding-sibling::sample/result/assignment)]">
              <li><a href="#{concat('graded-', result/assignment)}"><xsl:value-of select="concat('Graded: ', result/title)"/></a></li>
            </xsl:for-each>
            <xsl:if test="class"><li><a href="class/report/class.html">A class of 12, graded at once</a></li></xsl:if>
            <xsl:for-each select="experiment">
              <li><a href="#{name}"><xsl:value-of select="what"/></a></li>
            </xsl:for-each>
          </ul>
        </nav>
        <xsl:for-each select="sample[not(result/assignment = preceding-sibling::sample/result/assignment)]">
          <xsl:variable name="assignment" select="result/assignment"/>
          <h2 id="{concat('graded-', $assignment)}"><xsl:value-of select="concat('Graded: ', result/title)"/></h2>
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
          <h2 id="{name}"><xsl:value-of select="what"/></h2>
          <xsl:if test="key('caption', name)"><p><xsl:value-of select="key('caption', name)/text"/></p></xsl:if>
          <pre tabindex="0" role="region" aria-label="{concat('What the experiment printed: ', what)}"><xsl:for-each select="findings/item"><xsl:value-of select="."/><xsl:text>&#10;</xsl:text></xsl:for-each></pre>
          <div class="pictures">
            <xsl:for-each select="/demo/plot[starts-with(@name, concat($experiment, '/'))]">
              <xsl:variable name="file" select="substring-after(@name, '/')"/>
              <figure>
                <xsl:copy-of select="*[local-name() = 'svg']"/>
                <xsl:if test="png"><img alt="{translate(substring-before($file, '.'), '-_', '  ')}" src="data:image/png;base64,{png}"/></xsl:if>
                <figcaption>
                  <xsl:choose>
                    <xsl:when test="key('caption', @name)"><xsl:value-of select="key('caption', @name)/text"/></xsl:when>
                    <xsl:otherwise><xsl:value-of select="translate(substring-before($file, '.'), '-_', '  ')"/></xsl:otherwise>
                  </xsl:choose>
                </figcaption>
              </figure>
            </xsl:for-each>
          </div>
        </xsl:for-each>
        <p class="quiet"><xsl:value-of select="concat('Sandbox layers in force: ', sample[1]/result/environment/sandbox, '. Seed ', sample[1]/result/seed, '.')"/></p>
       </main>
      </body>
    </html>
  </xsl:template>
</xsl:stylesheet>
