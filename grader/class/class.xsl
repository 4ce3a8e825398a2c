<?xml version="1.0" encoding="UTF-8"?>
<!-- Makes the class's page: how the points lie, which cases tell something, which mistakes were made. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:include href="../report/look.xsl"/>
  <xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>

  <xsl:variable name="quote">'</xsl:variable>

  <xsl:template match="/class">
    <xsl:variable name="sums" select="sums/item"/>
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title><xsl:value-of select="concat('Assignment ', about/assignment, ': the class')"/></title>
        <xsl:call-template name="look"/>
      </head>
      <body>
        <main>
          <h1><xsl:value-of select="concat('Assignment ', about/assignment, ': the class')"/></h1>
          <p>
            <xsl:value-of select="concat($sums/students, ' students: ', $sums/handed_in, ' handed in, ', $sums/graded, ' are graded')"/>
            <xsl:if test="$sums/missing &gt; 0"><xsl:value-of select="concat('; ', $sums/missing, ' handed in nothing')"/></xsl:if>
            <xsl:if test="$sums/late &gt; 0"><xsl:value-of select="concat('; ', $sums/late, ' late')"/></xsl:if>
            <xsl:text>.</xsl:text>
          </p>
          <xsl:if test="$sums/graded &gt; 0">
            <div class="score">
              <xsl:value-of select="median/item/median"/>
              <small><xsl:value-of select="concat(' of ', $sums/max_score, ' points is the median; the mean is ', $sums/mean)"/></small>
            </div>
            <xsl:call-template name="points"/>
            <xsl:call-template name="days"/>
            <xsl:call-template name="questions"/>
            <xsl:call-template name="mistakes"/>
            <xsl:call-template name="unknown"/>
            <xsl:call-template name="cases"/>
          </xsl:if>
          <xsl:call-template name="notgraded"/>
          <xsl:if test="students/item"><xsl:call-template name="students"/></xsl:if>
        </main>
      </body>
    </html>
  </xsl:template>

  <xsl:template name="bar">
    <xsl:param name="share"/>
    <svg xmlns="http://www.w3.org/2000/svg" class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img">
      <title><xsl:value-of select="concat(round($share), ' %')"/></title>
      <rect class="all" width="100" height="8"/>
      <rect class="part" width="{$share}" height="8"/>
    </svg>
  </xsl:template>

  <xsl:template name="points">
    <xsl:variable name="most">
      <xsl:for-each select="points/item">
        <xsl:sort select="count" data-type="number" order="descending"/>
        <xsl:if test="position() = 1"><xsl:value-of select="count"/></xsl:if>
      </xsl:for-each>
    </xsl:variable>
    <h2>Points</h2>
    <table>
      <tr><th>From</th><th/><th class="number">Students</th></tr>
      <xsl:for-each select="points/item">
        <tr>
          <td class="number"><xsl:value-of select="concat(least, ' to ', most)"/></td>
          <td style="width: 75%">
            <xsl:call-template name="bar"><xsl:with-param name="share" select="100 * count div $most"/></xsl:call-template>
          </td>
          <td class="number"><xsl:value-of select="count"/></td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template name="days">
    <xsl:if test="days/item">
      <xsl:variable name="most">
        <xsl:for-each select="days/item">
          <xsl:sort select="count" data-type="number" order="descending"/>
          <xsl:if test="position() = 1"><xsl:value-of select="count"/></xsl:if>
        </xsl:for-each>
      </xsl:variable>
      <h2>When they handed in</h2>
      <table>
        <tr><th>Before the deadline</th><th/><th class="number">Students</th></tr>
        <xsl:for-each select="days/item">
          <tr>
            <td>
              <xsl:choose>
                <xsl:when test="days = -1">up to a day late</xsl:when>
                <xsl:when test="days &lt; -1"><xsl:value-of select="concat(-1 - days, ' to ', -days, ' days late')"/></xsl:when>
                <xsl:when test="days = 0">on the last day</xsl:when>
                <xsl:otherwise><xsl:value-of select="concat(days, ' to ', days + 1, ' days')"/></xsl:otherwise>
              </xsl:choose>
            </td>
            <td style="width: 60%">
              <xsl:call-template name="bar"><xsl:with-param name="share" select="100 * count div $most"/></xsl:call-template>
            </td>
            <td class="number"><xsl:value-of select="count"/></td>
          </tr>
        </xsl:for-each>
      </table>
    </xsl:if>
  </xsl:template>

  <xsl:template name="notgraded">
    <xsl:if test="notgraded/item">
      <h2>Not graded</h2>
      <p class="quiet">These have no score yet. The same <code>make class</code> tries them again, unless the grader went down with them three times.</p>
      <table>
        <tr><th class="number">Submissions</th><th>Why</th></tr>
        <xsl:for-each select="notgraded/item">
          <tr><td class="number"><xsl:value-of select="count"/></td><td><xsl:value-of select="reason"/></td></tr>
        </xsl:for-each>
      </table>
    </xsl:if>
  </xsl:template>

  <xsl:template name="questions">
    <h2>Questions</h2>
    <table>
      <tr><th>Question</th><th/><th class="number">Mean</th></tr>
      <xsl:for-each select="questions/item">
        <tr>
          <td><xsl:value-of select="concat(name, ' ', title)"/></td>
          <td style="width: 40%">
            <xsl:call-template name="bar"><xsl:with-param name="share" select="100 * mean div max_score"/></xsl:call-template>
          </td>
          <td class="number"><xsl:value-of select="concat(mean, ' of ', max_score)"/></td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template name="mistakes">
    <xsl:if test="mistakes/item">
      <h2>What to explain in the next lecture</h2>
      <p class="quiet">Known mistakes, by how many students made them.</p>
      <table>
        <tr><th class="number">Students</th><th>Mistake</th><th class="number">Points lost</th></tr>
        <xsl:for-each select="mistakes/item">
          <tr>
            <td class="number"><xsl:value-of select="students"/></td>
            <td><xsl:value-of select="text"/></td>
            <td class="number"><xsl:value-of select="lost"/></td>
          </tr>
        </xsl:for-each>
      </table>
    </xsl:if>
  </xsl:template>

  <xsl:template name="unknown">
    <xsl:if test="unknown/item">
      <h2>Mistakes that nobody has described yet</h2>
      <p class="quiet">These students gave the same wrong numbers, if only up to a factor. Most likely they misunderstood the same thing. With <code>make name-mistake GROUP=... SENTENCE=...</code> their reports say what.</p>
      <table>
        <tr><th class="number">Students</th><th>Case</th><th>What they returned</th></tr>
        <xsl:for-each select="unknown/item">
          <tr>
            <td class="number"><xsl:value-of select="students"/></td>
            <td><xsl:value-of select="title"/><div class="quiet small"><xsl:value-of select="concat('GROUP=', name, ':', alike)"/></div></td>
            <td>
              <xsl:value-of select="got"/>
              <xsl:if test="factors > 1"><xsl:text>, or all of it times a factor</xsl:text></xsl:if>
              <xsl:if test="pattern != ''"><div class="small"><xsl:value-of select="pattern"/></div></xsl:if>
              <xsl:if test="/class/students/item"><div class="quiet small">one of them: <code><xsl:value-of select="concat('make replay ASSIGNMENT=', /class/about/assignment, ' SUBMISSION=', $quote, path, $quote, ' CASE=', name, ' SEED=', seed)"/></code></div></xsl:if>
            </td>
          </tr>
        </xsl:for-each>
      </table>
    </xsl:if>
  </xsl:template>

  <xsl:template name="cases">
    <h2>Cases</h2>
    <p class="quiet">The difference is how much more of a case the best third of the class gets than the last third. A case that everybody passes tells nothing; one that the best do not get more of is worth a look at the case itself.</p>
    <table>
      <tr><th>Case</th><th class="number">Passed</th><th class="number">Difference</th><th class="wide"/></tr>
      <xsl:for-each select="cases/item">
        <tr>
          <td><xsl:value-of select="concat(question, ' ', title)"/><div class="quiet small"><xsl:value-of select="name"/></div></td>
          <td class="number"><xsl:value-of select="concat(share, ' %')"/></td>
          <td class="number"><xsl:value-of select="concat(difference, ' %')"/></td>
          <td class="wide small">
            <xsl:choose>
              <xsl:when test="share = 100">nobody fails it</xsl:when>
              <xsl:when test="share = 0">nobody passes it</xsl:when>
              <xsl:when test="difference &lt; 0">the best third does worse</xsl:when>
            </xsl:choose>
          </td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>

  <xsl:template name="students">
    <h2>Students</h2>
    <table>
      <tr><th>Student</th><th class="wide">Key</th><th class="number">Points</th></tr>
      <xsl:for-each select="students/item">
        <tr>
          <td>
            <xsl:choose>
              <xsl:when test="page"><a href="students/{page}"><xsl:value-of select="name"/></a></xsl:when>
              <xsl:otherwise><xsl:value-of select="name"/></xsl:otherwise>
            </xsl:choose>
            <xsl:if test="marked_late = 1 or seconds_late &gt; 0"><span class="quiet"> late</span></xsl:if>
          </td>
          <td class="wide"><xsl:value-of select="key"/></td>
          <td class="number">
            <xsl:choose>
              <xsl:when test="page">
                <xsl:value-of select="final"/>
                <xsl:if test="penalty &gt; 0"><div class="quiet small"><xsl:value-of select="concat(score, ' less ', penalty, ' for being late')"/></div></xsl:if>
              </xsl:when>
              <xsl:when test="submission != ''">not graded</xsl:when>
              <xsl:otherwise>handed in nothing</xsl:otherwise>
            </xsl:choose>
          </td>
        </tr>
      </xsl:for-each>
    </table>
  </xsl:template>
</xsl:stylesheet>
