// Sets the formulas of a page by KaTeX: a fence called math, and $`...`$ in a line. duk runs it after
// katex.js and a script that sets page to cmark-gfm's XML and source to the file's name. It prints
// the XML, or stops with the first formula that is wrong. To make pages small, it leaves out what
// changes no look, and gives each style that occurs again a class.
Array.prototype.fill = Array.prototype.fill || function (value) {
    for (var i = 0; i < this.length; i++)
        this[i] = value;
    return this;
};

var styles = [];
function shareStyle(all, classes, style) {
    if (styles.indexOf(style) < 0)
        styles.push(style);
    return ' class="' + (classes ? classes + " " : "") + "y" + styles.indexOf(style) + '"';
}

// Letters of a name, for a screen reader one word.
function oneWord(letters, first) {
    return first.replace(' mathvariant="normal"', "") + letters.replace(/<[^>]*>/g, "") + "</mi>";
}

function setFormula(escaped, isBlock) {
    var tex = escaped.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&amp;/g, "&");
    try {
        return '<formula xmlns="" block="' + isBlock + '">' +
            katex.renderToString(tex, {displayMode: isBlock, strict: "error"})
                .replace(/<annotation[^]*?<\/annotation>/, "")
                .replace(/<\/?mstyle[^>]*>/g, "")
                .replace(/(<mi mathvariant="(?:normal|monospace)">)[a-z_]<\/mi>(?:\1[a-z_]<\/mi>)+/gi, oneWord)
                .replace(/ class="(mord|mrel|mbin|mopen|mclose|mpunct|minner)"/g, "")
                .replace(/margin-(left|right):0em;/g, "")
                .replace(/(<\/span>|[^>])<span>([^<]+)<\/span>/g, "$1$2")
                .replace(/ (?:class="([^"]*)" )?style="([^"]*)"/g, shareStyle) + "</formula>";
    } catch (problem) {
        throw new Error(source + ": this formula cannot be set: " + tex + "\n" + problem.message);
    }
}

print(page
    .replace(/<code_block info="math"[^>]*>([^<]*)<\/code_block>/g, function (all, tex) {
        return setFormula(tex, true);
    })
    .replace(/\$<\/text>\s*<code [^>]*>([^<]*)<\/code>\s*<text ([^>]*)>\$/g, function (all, tex, kept) {
        return "</text>" + setFormula(tex, false) + "<text " + kept + ">";
    })
    .replace("</document>", function (all) {
        return '<formula-styles xmlns="">' + styles.map(function (style, i) {
            return ".katex .y" + i + "{" + style + "}";
        }).join("") + "</formula-styles>" + all;
    }));
