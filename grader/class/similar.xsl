<?xml version="1.0" encoding="UTF-8"?>
<!-- Makes the page of similar hand-ins: the pairs that stand out, their texts side by side. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:include href="../report/look.xsl"/>
  <xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>

  <xsl:template match="/similar">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title><xsl:value-of select="concat('Assignment ', about/assignment, ': similar hand-ins')"/></title>
        <xsl:call-template name="look"/>
        <style>
          body { max-width: 90rem; }
          .texts { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem; }
          .texts > div { overflow-x: auto; background: var(--code); font: .8rem/1.35 monospace; padding: .5rem 0; }
          .texts span { display: block; white-space: pre; padding: 0 .5rem; min-height: 1.35em; border-left: .2rem solid transparent; }
          .texts .shared { background: var(--warn); border-left-color: var(--part); }
          @media (max-width: 40rem) { .texts { grid-template-columns: 1fr; } }
        </style>
      </head>
      <body>
        <main>
          <h1><xsl:value-of select="concat('Assignment ', about/assignment, ': similar hand-ins')"/></h1>
          <p>
            <xsl:choose>
              <xsl:when test="about/pairs = 0"><xsl:value-of select="concat('No two of ', about/hand_ins, ' hand-ins are more alike than the rest of the class.')"/></xsl:when>
              <xsl:when test="about/pairs = 1"><xsl:value-of select="concat('One pair of ', about/hand_ins, ' hand-ins is more alike than the rest of the class: have a look.')"/></xsl:when>
              <xsl:otherwise><xsl:value-of select="concat(about/pairs, ' pairs of ', about/hand_ins, ' hand-ins are more alike than the rest of the class: have a look.')"/></xsl:otherwise>
            </xsl:choose>
          </p>
          <xsl:if test="about/unread &gt; 0"><p class="warning"><xsl:value-of select="concat(about/unread, ' of them could not be read, and are compared with nothing; their reports say why.')"/></p></xsl:if>
          <p class="quiet"><xsl:value-of select="concat('The median pair shares ', about/median, ' %; pairs beyond ', about/least, ' % are listed. Layout, names and comments do not count, and lines of the stub are left out. Short functions have few good solutions: alike does not mean copied, and nothing here is part of a score.')"/></p>
          <xsl:for-each select="pairs/item">
            <h2><xsl:value-of select="concat(one, ' and ', other, ': ', share, ' %')"/></h2>
            <xsl:variable name="one" select="one"/>
            <xsl:variable name="other" select="other"/>
            <xsl:for-each select="modules/item">
              <details>
                <summary><xsl:value-of select="concat(name, '.c: ', share, ' %')"/></summary>
                <div class="texts">
                  <div tabindex="0" role="region" aria-label="{$one}"><xsl:apply-templates select="one/item"/></div>
                  <div tabindex="0" role="region" aria-label="{$other}"><xsl:apply-templates select="other/item"/></div>
                </div>
              </details>
            </xsl:for-each>
          </xsl:for-each>
        </main>
      </body>
    </html>
  </xsl:template>

  <xsl:template match="one/item|other/item">
    <span>
      <xsl:if test="shared = 'true' or shared = 1"><xsl:attribute name="class">shared</xsl:attribute></xsl:if>
      <xsl:value-of select="text"/>
    </span>
  </xsl:template>
</xsl:stylesheet>
