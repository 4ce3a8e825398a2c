<?xml version="1.0" encoding="UTF-8"?>
<!-- Makes a page of the site of a Markdown text that cmark-gfm has made XML of: one file that needs
     no other. parts names an XML file with the styles and the scripts. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
  xmlns:md="http://commonmark.org/xml/1.0" exclude-result-prefixes="md">
  <xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
  <xsl:strip-space elements="*"/>
  <xsl:param name="parts"/>
  <xsl:param name="name"/>
  <xsl:param name="pages"/>
  <xsl:param name="folder"/>
  <xsl:param name="results"/>
  <xsl:param name="questions"/>
  <xsl:variable name="part" select="document($parts)/parts/part"/>
  <xsl:variable name="demo" select="//md:html_block[starts-with(., '&lt;!-- demo: ') and $part[@name = 'module']]"/>

  <xsl:template match="/md:document">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title><xsl:value-of select="md:heading[1]"/></title>
        <xsl:if test="//formula">
          <style>
            <xsl:value-of select="$part[@name = 'katex.css']"/>
            <xsl:value-of select="//formula-styles"/>
            <xsl:for-each select="$part[starts-with(@name, 'KaTeX_')]"><xsl:value-of select="."/></xsl:for-each>
          </style>
        </xsl:if>
        <style><xsl:value-of select="$part[@name = 'page.css']"/></style>
      </head>
      <body>
        <a class="skip" href="#text">Skip to the text</a>
        <nav aria-label="Pages">
          <xsl:call-template name="page-links"><xsl:with-param name="left" select="concat($pages, ' ')"/></xsl:call-template>
        </nav>
        <main id="text">
          <xsl:apply-templates select="*[1]"/>
          <xsl:if test="count(md:heading[@level = 2]) &gt; 3">
            <details class="contents" open="open">
              <summary>Contents</summary>
              <ul>
                <xsl:for-each select="md:heading[@level = 2]">
                  <li><a><xsl:attribute name="href">#<xsl:call-template name="slug"/></xsl:attribute><xsl:apply-templates/></a></li>
                </xsl:for-each>
              </ul>
            </details>
          </xsl:if>
          <xsl:apply-templates select="*[position() &gt; 1]"/>
        </main>
        <xsl:if test="$demo">
          <script type="text/plain" id="module"><xsl:value-of select="$part[@name = 'module']"/></script>
          <script type="text/plain" id="operations"><xsl:value-of select="$part[@name = 'operations']"/></script>
          <script type="text/plain" id="worker">
            <xsl:value-of select="$part[@name = 'worker.js']"/>
            <xsl:for-each select="$demo"><xsl:value-of select="$part[@name = concat(substring-before(substring-after(current(), 'demo: '), ' '), '_worker.js')]"/></xsl:for-each>
          </script>
          <script>
            <xsl:value-of select="$part[@name = 'page.js']"/>
            <xsl:for-each select="$demo"><xsl:value-of select="$part[@name = concat(substring-before(substring-after(current(), 'demo: '), ' '), '_page.js')]"/></xsl:for-each>
          </script>
        </xsl:if>
      </body>
    </html>
  </xsl:template>

  <!-- pages is a list of name=title, spaces in titles as underscores. -->
  <xsl:template name="page-links">
    <xsl:param name="left"/>
    <xsl:variable name="first" select="substring-before($left, ' ')"/>
    <xsl:if test="$first != ''">
      <a href="{substring-before($first, '=')}.html">
        <xsl:if test="substring-before($first, '=') = $name"><xsl:attribute name="aria-current">page</xsl:attribute></xsl:if>
        <xsl:value-of select="translate(substring-after($first, '='), '_', ' ')"/>
      </a>
    </xsl:if>
    <xsl:if test="contains($left, ' ')">
      <xsl:call-template name="page-links"><xsl:with-param name="left" select="substring-after($left, ' ')"/></xsl:call-template>
    </xsl:if>
  </xsl:template>

  <!-- A heading's id as forges make it: small letters, spaces as hyphens, without punctuation. -->
  <xsl:template name="slug">
    <xsl:value-of select="translate(., 'ABCDEFGHIJKLMNOPQRSTUVWXYZ :,.()?`', 'abcdefghijklmnopqrstuvwxyz-')"/>
  </xsl:template>

  <xsl:template match="md:heading">
    <xsl:element name="h{@level}">
      <xsl:attribute name="id"><xsl:call-template name="slug"/></xsl:attribute>
      <xsl:apply-templates/>
    </xsl:element>
  </xsl:template>
  <xsl:template match="md:paragraph"><p><xsl:apply-templates/></p></xsl:template>
  <!-- A figure lies in the text's folder, and becomes part of the page. What is drawn in letters just
       before it is the same for readers of the text. -->
  <xsl:template match="md:code_block[following-sibling::*[1][self::md:paragraph[md:image and count(*) = 1]]]"/>
  <xsl:template match="md:paragraph[md:image and count(*) = 1]">
    <figure>
      <div class="wide"><xsl:copy-of select="document(concat($folder, md:image/@destination))"/></div>
      <figcaption><xsl:apply-templates select="md:image/node()"/></figcaption>
    </figure>
  </xsl:template>
  <xsl:template match="md:list[@tight = 'true']/md:item/md:paragraph"><xsl:apply-templates/></xsl:template>
  <xsl:template match="md:text"><xsl:value-of select="."/></xsl:template>
  <xsl:template match="md:softbreak"><xsl:text> </xsl:text></xsl:template>
  <xsl:template match="md:linebreak"><br/></xsl:template>
  <xsl:template match="md:code"><code><xsl:value-of select="."/></code></xsl:template>
  <xsl:template match="md:code_block"><pre><xsl:value-of select="."/></pre></xsl:template>
  <xsl:template match="md:emph"><em><xsl:apply-templates/></em></xsl:template>
  <xsl:template match="md:strong"><strong><xsl:apply-templates/></strong></xsl:template>
  <xsl:template match="md:list"><ul><xsl:apply-templates/></ul></xsl:template>
  <xsl:template match="md:list[@type = 'ordered']"><ol start="{@start}"><xsl:apply-templates/></ol></xsl:template>
  <xsl:template match="md:item"><li><xsl:apply-templates/></li></xsl:template>
  <xsl:template match="md:block_quote"><blockquote><xsl:apply-templates/></blockquote></xsl:template>

  <xsl:template match="md:table">
    <div class="wide"><table><xsl:apply-templates/></table></div>
  </xsl:template>
  <xsl:template match="md:table_header"><thead><tr><xsl:apply-templates/></tr></thead></xsl:template>
  <xsl:template match="md:table_row"><tr><xsl:apply-templates/></tr></xsl:template>
  <xsl:template match="md:table_header/md:table_cell"><th scope="col"><xsl:apply-templates/></th></xsl:template>
  <xsl:template match="md:table_cell"><td><xsl:apply-templates/></td></xsl:template>

  <!-- Links to other handouts are links to their pages. -->
  <xsl:template match="md:link">
    <a>
      <xsl:attribute name="href">
        <xsl:choose>
          <xsl:when test="starts-with(@destination, '../') and contains(@destination, '/README.md')">
            <xsl:value-of select="concat(substring-before(substring-after(@destination, '../'), '/'), '.html', substring-after(@destination, 'README.md'))"/>
          </xsl:when>
          <xsl:otherwise><xsl:value-of select="@destination"/></xsl:otherwise>
        </xsl:choose>
      </xsl:attribute>
      <xsl:apply-templates/>
    </a>
  </xsl:template>

  <xsl:template match="formula-styles"/>
  <xsl:template match="formula"><xsl:copy-of select="node()"/></xsl:template>
  <xsl:template match="formula[@block = 'true']">
    <div class="formula wide"><xsl:copy-of select="node()"/></div>
  </xsl:template>

  <!-- The comment demo: NAME is where a demo stands; where there is none, questions says what make
       play calls it, NAME=QUESTION. experiment: NAME is where the pictures
       of an experiment stand, reports: NAME NAME where links to these reports do; both of make demo,
       if results names a file with them. -->
  <xsl:template match="md:html_block">
    <xsl:variable name="what" select="normalize-space(substring-before(substring-after(., ': '), ' --&gt;'))"/>
    <xsl:choose>
      <xsl:when test="starts-with(., '&lt;!-- demo: ') and $demo"><section class="demo" id="demo-{$what}" data-demo="{$what}"/></xsl:when>
      <xsl:when test="starts-with(., '&lt;!-- experiment: ')">
        <xsl:variable name="pictures" select="document($results)/results/picture[@experiment = $what]"/>
        <xsl:if test="$pictures">
          <details class="gallery">
            <summary>What this experiment drew: <xsl:value-of select="translate($what, '_', ' ')"/></summary>
            <xsl:for-each select="$pictures">
              <figure><img src="{@source}" alt="{@caption}" loading="lazy"/><figcaption><xsl:value-of select="@caption"/></figcaption></figure>
            </xsl:for-each>
          </details>
        </xsl:if>
      </xsl:when>
      <xsl:when test="starts-with(., '&lt;!-- reports: ')">
        <xsl:variable name="reports" select="document($results)/results/report[contains(concat(' ', $what, ' '), concat(' ', @name, ' '))]"/>
        <xsl:if test="$reports">
          <p>Such a report looks like this:</p>
          <ul>
            <xsl:for-each select="$reports">
              <li><a href="{concat($name, '-', @name, '.html')}"><xsl:value-of select="."/></a></li>
            </xsl:for-each>
          </ul>
        </xsl:if>
      </xsl:when>
      <xsl:when test="starts-with(., '&lt;!-- demo: ')">
        <p class="note">The demo of this runs on your own functions: <code>make play Q=<xsl:value-of select="substring-before(substring-after(concat(' ', $questions, ' '), concat(' ', $what, '=')), ' ')"/></code></p>
      </xsl:when>
      <xsl:otherwise><xsl:message terminate="yes">There is no template for: <xsl:value-of select="."/></xsl:message></xsl:otherwise>
    </xsl:choose>
  </xsl:template>
  <xsl:template match="*">
    <xsl:message terminate="yes">There is no template for <xsl:value-of select="name()"/></xsl:message>
  </xsl:template>
</xsl:stylesheet>
