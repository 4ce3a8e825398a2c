<?xml version="1.0" encoding="UTF-8"?>
<!-- JUnit XML, as Jenkins reads it: a suite a question, a test case a case. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="xml" encoding="UTF-8" indent="yes"/>
  <xsl:variable name="result" select="/report/result"/>

  <xsl:template name="counts">
    <xsl:param name="cases"/>
    <xsl:attribute name="tests"><xsl:value-of select="count($cases)"/></xsl:attribute>
    <xsl:attribute name="failures"><xsl:value-of select="count($cases[status = 'failed' or status = 'partial' or status = 'does not build'])"/></xsl:attribute>
    <xsl:attribute name="errors"><xsl:value-of select="count($cases[status = 'not graded'])"/></xsl:attribute>
  </xsl:template>

  <xsl:template match="/report">
    <testsuites name="{result/title}" time="{format-number(result/timings/seconds, '0.000')}">
      <xsl:call-template name="counts"><xsl:with-param name="cases" select="result/cases/item"/></xsl:call-template>
      <xsl:for-each select="result/questions/item">
        <xsl:variable name="question" select="name"/>
        <xsl:variable name="cases" select="$result/cases/item[question = $question]"/>
        <testsuite name="{name} {title}" skipped="{count($cases[status = 'skipped' or status = 'not implemented'])}">
          <xsl:call-template name="counts"><xsl:with-param name="cases" select="$cases"/></xsl:call-template>
          <properties>
            <property name="points" value="{score}"/>
            <property name="max_points" value="{max_score}"/>
          </properties>
          <xsl:apply-templates select="$cases"/>
        </testsuite>
      </xsl:for-each>
    </testsuites>
  </xsl:template>

  <xsl:template match="cases/item">
    <xsl:variable name="time" select="$result/timings/cases/*[name() = current()/name]/seconds"/>
    <testcase name="{title}" classname="{name}">
      <xsl:if test="$time"><xsl:attribute name="time"><xsl:value-of select="format-number($time, '0.000')"/></xsl:attribute></xsl:if>
      <xsl:choose>
        <xsl:when test="status = 'failed' or status = 'partial' or status = 'does not build'">
          <failure type="{status}" message="{concat(score, ' of ', max_score, ' points. ', message)}">
            <xsl:value-of select="concat(mistake_text, pattern)"/>
          </failure>
        </xsl:when>
        <xsl:when test="status = 'not graded'"><error type="our fault" message="{message}"/></xsl:when>
        <xsl:when test="status != 'passed'"><skipped message="{concat(status, ': ', message)}"/></xsl:when>
      </xsl:choose>
    </testcase>
  </xsl:template>
</xsl:stylesheet>
