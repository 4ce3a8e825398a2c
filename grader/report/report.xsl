<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE xsl:stylesheet [
  <!-- What a case fails for: the known mistake, or else the pattern of the errors. -->
  <!ENTITY cause "concat(question, '|', mistake, '|', substring(pattern, 1, 1000 * not(mistake != '')))">
]>
<!-- Makes the score report of a result: one page, self-contained, readable on a phone, printable. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
  <xsl:include href="look.xsl"/>
  <xsl:variable name="result" select="/report/result"/>
  <xsl:variable name="apostrophe">'</xsl:variable>
  <!-- Failed cases by their cause. -->
  <xsl:key name="cause" match="cases/item[(status = 'failed' or status = 'partial') and (mistake != '' or pattern != '')]"
    use="&cause;"/>

  <xsl:template match="/report">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>
          <xsl:value-of select="concat(result/title, ': ', result/score, ' of ', result/max_score)"/>
        </title>
        <xsl:call-template name="look"/>
      </head>
      <body>
        <main><xsl:apply-templates select="result"/></main>
      </body>
    </html>
  </xsl:template>

  <xsl:template match="result">
    <h1><xsl:value-of select="title"/></h1>
    <div class="quiet"><xsl:value-of select="concat('Submission ', submission/name)"/></div>
    <div class="score">
      <xsl:value-of select="score"/>
      <small><xsl:value-of select="concat(' of ', max_score, ' points')"/></small>
    </div>
    <xsl:if test="late">
      <p class="warning">
        <xsl:value-of select="concat('Handed in ', ceiling(late/seconds div 3600), ' hours after the deadline: ', late/penalty, ' points less, ', late/final, ' in all.')"/>
      </p>
    </xsl:if>
    <xsl:if test="waiting &gt; 0">
      <p class="warning">
        <xsl:value-of select="concat('Only ', max_score, ' of ', max_score + waiting, ' points can be seen here, those of the published cases. ')"/>
        <code>make check</code>
        <xsl:value-of select="concat(' is the tool for daily work; the other ', waiting, ' points are graded once, after you hand in.')"/>
      </p>
    </xsl:if>
    <xsl:if test="complete = 'false'">
      <p class="warning">
        <xsl:value-of select="concat('This result is not complete: ', cases_graded, ' of ', cases_total, ' cases were tried, and ', cases_not_graded_our_fault, ' of them could not be graded because of a problem on our side. This is not a score; ask the course staff.')"/>
      </p>
    </xsl:if>
    <xsl:variable name="missing" select="modules/item[handed_in = 'false']"/>
    <xsl:if test="$missing">
      <p class="warning">
        <xsl:text>Not handed in, and graded as not implemented: </xsl:text>
        <xsl:for-each select="$missing">
          <xsl:if test="position() &gt; 1">, </xsl:if>
          <code><xsl:value-of select="concat(name, '.c')"/></code>
        </xsl:for-each>
        <xsl:text>.</xsl:text>
      </p>
    </xsl:if>
    <xsl:apply-templates select="modules/item[handed_in = 'true' and (builds = 'false' or note != '')]"/>
    <table>
      <tr><th>Question</th><th/><th class="number">Points</th><th class="number wide">Cases passed</th></tr>
      <xsl:for-each select="questions/item[cases &gt; 0]">
        <tr>
          <td><a href="#{name}"><xsl:value-of select="concat(name, ' ', title)"/></a></td>
          <td>
            <svg xmlns="http://www.w3.org/2000/svg" class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img">
              <title><xsl:value-of select="concat(round(100 * score div max_score), ' %')"/></title>
              <rect class="all" width="100" height="8"/>
              <rect class="part" width="{100 * score div max_score}" height="8"/>
            </svg>
          </td>
          <td class="number"><xsl:value-of select="concat(score, ' of ', max_score)"/></td>
          <td class="number wide"><xsl:value-of select="concat(cases_passed, ' of ', cases)"/></td>
        </tr>
      </xsl:for-each>
    </table>
    <xsl:call-template name="speed"/>
    <xsl:for-each select="questions/item[cases &gt; 0]">
      <xsl:variable name="question" select="name"/>
      <h2 id="{name}"><xsl:value-of select="concat(name, ' ', title, ': ', score, ' of ', max_score)"/></h2>
      <xsl:variable name="saved" select="$result/cases/item[question = $question and blame != '']"/>
      <xsl:if test="$saved">
        <p class="why">
          <xsl:value-of select="concat(substring('1 case was', 1, 10 * (count($saved) = 1)), substring(concat(count($saved), ' cases were'), 1, 20 * (count($saved) &gt; 1)), ' tried again with the reference', $apostrophe, 's ', $saved[1]/blame, ' in place of yours, and did better: the fault is in ', $saved[1]/blame, '.c. No points are lost twice.')"/>
        </p>
      </xsl:if>
      <xsl:variable name="waiting" select="$result/cases/item[question = $question and (status = 'not implemented' or status = 'skipped')]"/>
      <xsl:variable name="failing" select="$result/cases/item[question = $question and status != 'passed' and status != 'not implemented' and status != 'skipped']"/>
      <xsl:for-each select="$failing[generate-id() = generate-id(key('cause', &cause;)[1])]">
        <xsl:sort select="sum(key('cause', &cause;)/max_score) - sum(key('cause', &cause;)/score)" data-type="number" order="descending"/>
        <xsl:call-template name="cause">
          <xsl:with-param name="group" select="key('cause', &cause;)"/>
        </xsl:call-template>
      </xsl:for-each>
      <xsl:apply-templates select="$failing[not(key('cause', &cause;))]"/>
      <xsl:if test="$waiting">
        <details>
          <summary>
            <span class="state"><xsl:value-of select="concat(count($waiting), ' not implemented, or waiting for another')"/></span>
          </summary>
          <table>
            <xsl:for-each select="$waiting">
              <tr>
                <td><xsl:value-of select="title"/><div class="small quiet"><xsl:value-of select="message"/></div></td>
                <td class="number"><xsl:value-of select="concat(score, ' of ', max_score)"/></td>
              </tr>
            </xsl:for-each>
          </table>
        </details>
      </xsl:if>
      <xsl:variable name="passed" select="$result/cases/item[question = $question and status = 'passed']"/>
      <xsl:if test="$passed">
        <details class="passed">
          <summary>
            <span class="state"><xsl:value-of select="concat(count($passed), ' passed')"/></span>
          </summary>
          <table>
            <xsl:for-each select="$passed">
              <tr>
                <td>
                  <xsl:value-of select="title"/>
                  <xsl:if test="blame != ''"><div class="small quiet"><xsl:value-of select="message"/></div></xsl:if>
                </td>
                <td class="number"><xsl:value-of select="concat(score, ' of ', max_score)"/></td>
              </tr>
            </xsl:for-each>
          </table>
        </details>
      </xsl:if>
    </xsl:for-each>
    <xsl:variable name="warned" select="modules/item[handed_in = 'true' and builds = 'true' and compiler != '']"/>
    <xsl:if test="$warned">
      <h2>What the compiler noticed</h2>
      <xsl:for-each select="$warned">
        <details><summary><xsl:value-of select="concat(name, '.c')"/></summary><pre><xsl:value-of select="compiler"/></pre></details>
      </xsl:for-each>
    </xsl:if>
    <footer class="small quiet">
      <p>
        <xsl:value-of select="concat('Assignment ', assignment, ', seed ', seed, ', ', cases_graded, ' of ', cases_total, ' cases in ', format-number(timings/seconds, '0.0'), ' s')"/><br/>
        <xsl:value-of select="concat('Submission ', submission/sha256)"/><br/>
        <xsl:value-of select="concat('Course ', environment/course_sha256)"/><br/>
        <xsl:value-of select="concat(environment/compiler, '; ', environment/blas, '; ', environment/processor)"/><br/>
        <xsl:value-of select="concat('Sandbox layers in force: ', environment/sandbox)"/>
      </p>
    </footer>
  </xsl:template>

  <!-- Processor time in times of the reference's, a bar for each timed case; the line is 1. -->
  <xsl:template name="speed">
    <xsl:variable name="timed" select="timings/cases/*[times_reference &gt; 0]"/>
    <xsl:if test="count($timed) &gt; 2">
      <h2>Processor time, as a multiple of the reference's<xsl:value-of select="$apostrophe"/>s</h2>
      <xsl:variable name="longest">
        <xsl:for-each select="$timed">
          <xsl:sort select="times_reference" data-type="number" order="descending"/>
          <xsl:if test="position() = 1"><xsl:value-of select="times_reference"/></xsl:if>
        </xsl:for-each>
      </xsl:variable>
      <xsl:variable name="scale" select="100 div ($longest * ($longest &gt; 1) + ($longest &lt;= 1))"/>
      <table>
        <xsl:for-each select="$timed">
          <tr>
            <td><xsl:value-of select="$result/cases/item[name = name(current())]/title"/><div class="small quiet"><xsl:value-of select="name()"/></div></td>
            <td>
              <svg xmlns="http://www.w3.org/2000/svg" class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img">
                <title><xsl:value-of select="concat(format-number(times_reference, '0.0'), ' times the reference')"/></title>
                <rect class="all" width="100" height="8"/>
                <rect class="part" width="{times_reference * $scale}" height="8"/>
                <line class="mark" x1="{$scale}" x2="{$scale}" y1="0" y2="8"/>
              </svg>
            </td>
            <td class="number"><xsl:value-of select="concat(format-number(times_reference, '0.0'), ' times')"/></td>
          </tr>
        </xsl:for-each>
      </table>
    </xsl:if>
  </xsl:template>

  <xsl:template match="modules/item">
    <div class="case broken">
      <span class="state">
        <xsl:choose>
          <xsl:when test="builds = 'false'">does not build</xsl:when>
          <xsl:otherwise>note</xsl:otherwise>
        </xsl:choose>
      </span>
      <xsl:text> </xsl:text><b><xsl:value-of select="concat(name, '.c')"/></b>
      <xsl:if test="note != ''"><p><xsl:value-of select="note"/></p></xsl:if>
      <xsl:if test="handed_in = 'true' and builds = 'false'">
        <p>Only its own points are lost: its stub was graded in its place. The compiler says:</p>
      </xsl:if>
      <xsl:if test="compiler != '' and builds = 'false'"><pre><xsl:value-of select="compiler"/></pre></xsl:if>
    </div>
  </xsl:template>

  <!-- One cause: what mending it may bring, its first case, and the others folded below. -->
  <xsl:template name="cause">
    <xsl:param name="group"/>
    <xsl:variable name="waiting" select="$result/cases/item[waits_for = $group/name]"/>
    <xsl:variable name="points" select="sum($group/max_score) - sum($group/score) + sum($waiting/max_score)"/>
    <!-- What fails for this mistake and for another one at once. -->
    <xsl:variable name="both" select="$result/cases/item[question = $group/question and (status = 'failed' or status = 'partial') and $group/mistake != '' and not(contains($group/mistake, '+')) and contains(mistake, '+') and (substring-before(mistake, '+') = $group/mistake or substring-after(mistake, '+') = $group/mistake)]"/>
    <div class="cause">
      <p>
        <xsl:text>Fixing this brings up to </xsl:text>
        <b><xsl:value-of select="concat($points, ' point', substring('s', 1, $points != 1))"/></b>
        <xsl:text>: </xsl:text>
        <xsl:value-of select="concat(count($group), ' case', substring('s fail', 1, 6 * (count($group) != 1)), substring(' fails', 1, 6 * (count($group) = 1)), ' because of it')"/>
        <xsl:if test="$waiting"><xsl:value-of select="concat(', and ', count($waiting), ' more wait', substring('s', 1, count($waiting) = 1), ' for ', substring('it', 1, 2 * (count($group) = 1)), substring('them', 1, 4 * (count($group) != 1)))"/></xsl:if>
        <xsl:text>.</xsl:text>
        <xsl:if test="$both"><xsl:value-of select="concat(' ', sum($both/max_score) - sum($both/score), ' more points need this and another mistake fixed.')"/></xsl:if>
        <xsl:if test="contains($group/mistake, '+')"> Both mistakes have to be fixed for that.</xsl:if>
      </p>
      <xsl:apply-templates select="$group[1]"/>
      <xsl:if test="count($group) &gt; 1">
        <details>
          <summary><span class="state"><xsl:value-of select="concat(count($group) - 1, ' other case', substring('s', 1, count($group) &gt; 2), ' with the same cause')"/></span></summary>
          <xsl:apply-templates select="$group[position() &gt; 1]"/>
        </details>
      </xsl:if>
    </div>
  </xsl:template>

  <xsl:template match="cases/item">
    <xsl:variable name="timing" select="$result/timings/cases/*[name() = current()/name]"/>
    <div id="{name}">
      <xsl:attribute name="class">
        <xsl:text>case </xsl:text>
        <xsl:if test="status = 'failed' or status = 'partial'"><xsl:value-of select="status"/></xsl:if>
        <xsl:if test="status = 'does not build'">failed</xsl:if>
      </xsl:attribute>
      <span class="points"><xsl:value-of select="concat(score, ' of ', max_score)"/></span>
      <span class="state"><xsl:value-of select="status"/></span>
      <xsl:text> </xsl:text><h3><xsl:value-of select="title"/></h3><xsl:text> </xsl:text><code class="small quiet"><xsl:value-of select="name"/></code>
      <xsl:choose>
        <xsl:when test="contains(message, '&#10;')">
          <p><xsl:value-of select="substring-before(message, '&#10;')"/></p>
          <pre><xsl:value-of select="substring-after(message, '&#10;')"/></pre>
        </xsl:when>
        <xsl:otherwise><p><xsl:value-of select="message"/></p></xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="why"/>
      <xsl:if test="called_with != ''">
        <p class="small quiet">Called: <code><xsl:value-of select="concat(operation, '(', called_with, ')')"/></code></p>
      </xsl:if>
      <xsl:apply-templates select="output[name]"/>
      <xsl:if test="$timing/times_reference &gt; 0">
        <p class="small quiet"><xsl:value-of select="concat('Processor time: ', format-number($timing/times_reference, '0.0'), ' times the reference')"/></p>
      </xsl:if>
      <xsl:if test="printed != ''">
        <details class="small">
          <summary>What the program printed<xsl:if test="printed_cut = 'true'"> (cut)</xsl:if></summary>
          <pre><xsl:value-of select="printed"/></pre>
        </details>
      </xsl:if>
    </div>
  </xsl:template>

  <!-- Why a case failed: in full where it is met first in a question, then by name. -->
  <xsl:template name="why">
    <xsl:variable name="told" select="(mistake != '' or pattern != '') and generate-id() != generate-id(key('cause', &cause;)[1])"/>
    <xsl:variable name="name">
      <xsl:value-of select="translate(concat(substring-before(mistake, '+'), substring(mistake, 1, string-length(mistake) * not(contains(mistake, '+')))), '_', ' ')"/>
      <xsl:if test="contains(mistake, '+')"><xsl:value-of select="concat(', and ', translate(substring-after(mistake, '+'), '_', ' '))"/></xsl:if>
    </xsl:variable>
    <xsl:choose>
      <xsl:when test="$told and mistake != ''">
        <p class="why small"><xsl:value-of select="concat('As above: ', $name, '.')"/></p>
      </xsl:when>
      <xsl:when test="$told and pattern != ''"><p class="why small">As above.</p></xsl:when>
      <xsl:when test="mistake != ''">
        <div class="why">
          <b><xsl:value-of select="$name"/></b>
          <p><xsl:value-of select="mistake_text"/></p>
          <p class="small quiet"><xsl:value-of select="concat(certainty, '.')"/></p>
        </div>
      </xsl:when>
      <xsl:when test="pattern != ''"><div class="why"><p><xsl:value-of select="pattern"/></p></div></xsl:when>
    </xsl:choose>
  </xsl:template>

  <!-- Where an output is wrong: a picture of it as a matrix, a cell the darker the further off. -->
  <xsl:template match="output">
    <xsl:if test="largest_error &gt; 0">
      <p class="small quiet">
        <xsl:value-of select="concat('Furthest off: ', format-number(100 * largest_error, '0.##'), ' % of the largest expected value of ', name)"/>
      </p>
    </xsl:if>
    <xsl:if test="count(map/item) * string-length(map/item[1]) &gt; 1 and map/item[contains(., '0')]">
      <xsl:variable name="columns" select="string-length(map/item[1])"/>
      <svg xmlns="http://www.w3.org/2000/svg" width="{10 * $columns}" height="{10 * count(map/item)}" role="img">
        <title>where <xsl:value-of select="name"/> is wrong: white is right, dark is very wrong</title>
        <rect width="100%" height="100%" style="fill: var(--code)"/>
        <xsl:for-each select="map/item">
          <xsl:call-template name="cells">
            <xsl:with-param name="row" select="position() - 1"/>
            <xsl:with-param name="column" select="0"/>
            <xsl:with-param name="rest" select="."/>
          </xsl:call-template>
        </xsl:for-each>
      </svg>
    </xsl:if>
  </xsl:template>

  <xsl:template name="cells">
    <xsl:param name="row"/>
    <xsl:param name="column"/>
    <xsl:param name="rest"/>
    <xsl:variable name="level" select="substring($rest, 1, 1)"/>
    <xsl:if test="$level &gt; 0">
      <rect xmlns="http://www.w3.org/2000/svg" x="{10 * $column}" y="{10 * $row}" width="9" height="9" fill="#b3261e" fill-opacity="{0.2 + 0.089 * $level}"/>
    </xsl:if>
    <xsl:if test="string-length($rest) &gt; 1">
      <xsl:call-template name="cells">
        <xsl:with-param name="row" select="$row"/>
        <xsl:with-param name="column" select="$column + 1"/>
        <xsl:with-param name="rest" select="substring($rest, 2)"/>
      </xsl:call-template>
    </xsl:if>
  </xsl:template>
</xsl:stylesheet>
