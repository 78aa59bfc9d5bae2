package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"unicode/utf8"
)

// Sizes of the picture in its own units.
const (
	characterWidth = 8.4
	lineHeight     = 19
	margin         = 16
	bar            = 30
)

// head begins the picture. A row is there from the start and only its animation hides it until its time, so that whoever
// does not animate shows everything.
const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]v %[2]v" width="%[1]v" height="%[2]v" role="img">
<title>%[3]s</title>
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; fill: #c9d1d9; animation: wait 0s }
@keyframes wait { from, to { visibility: hidden } }
@media (prefers-reduced-motion: reduce) { text { animation: none !important } }
.typed { fill: #ffffff; font-weight: bold }
.remark { fill: #8b949e }
.good { fill: #7ee787 }
.bad { fill: #ff7b72 }
</style>
<rect width="100%%" height="100%%" rx="8" fill="#0d1117"/>
<g fill="#30363d"><circle cx="20" cy="18" r="6"/><circle cx="40" cy="18" r="6"/><circle cx="60" cy="18" r="6"/></g>
`

func (c *cast) svg() []byte {
	var b bytes.Buffer
	rows := c.rows()
	fmt.Fprintf(&b, head, 2*margin+columns*characterWidth, bar+2*margin+len(rows)*lineHeight-lineHeight/2, escaped(c.Title))
	for i, row := range rows {
		if row.text == "" {
			continue
		}
		// The length holds the columns in place whatever font is there.
		fmt.Fprintf(&b, `<text x="%d" y="%d" class="%s" textLength="%.1f" style="animation-duration:%dms" xml:space="preserve">%s</text>`+"\n",
			margin, bar+margin+i*lineHeight+lineHeight/2, row.style, float64(utf8.RuneCountInString(row.text))*characterWidth, row.at.Milliseconds(), escaped(row.text))
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text)) // a buffer takes everything
	return b.String()
}
